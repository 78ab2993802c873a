"""What the door needs: kinds of devices, rooms closed by hand, turns in front of a full room."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = "CONSTRAINT ck_device_devicekind CHECK (kind IN ('scanner', 'kiosk', 'screen', 'poster', 'link'))"
ADDED = {
    "scan": ("answers",),
    "device": ("pin_hash", "synced_at", "queue_length", "kind"),
    "room": ("full_since",),
    "attendee": ("needs_space", "walk_in"),
}


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "waiting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attendee_id"], ["attendee.id"], name=op.f("fk_waiting_attendee_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_waiting_room_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
        sa.UniqueConstraint("attendee_id", "room_id", name=op.f("uq_waiting_attendee_id_room_id")),
    )
    op.create_index(op.f("ix_waiting_room_id"), "waiting", ["room_id"])
    no, none = sa.text("false"), sa.text("'{}'")
    op.add_column("attendee", sa.Column("walk_in", sa.Boolean(), server_default=no, nullable=False))
    op.add_column("attendee", sa.Column("needs_space", sa.Boolean(), server_default=no, nullable=False))
    op.add_column("room", sa.Column("full_since", sa.DateTime(timezone=True)))
    # With its check in the same statement: SQLite would copy the table for it, and scans hang on devices.
    op.execute(f"ALTER TABLE device ADD COLUMN kind VARCHAR(30) DEFAULT 'scanner' NOT NULL {KINDS}")
    op.add_column("device", sa.Column("queue_length", sa.Integer(), server_default="0", nullable=False))
    op.add_column("device", sa.Column("synced_at", sa.DateTime(timezone=True)))
    op.add_column("device", sa.Column("pin_hash", sa.String(length=200)))
    op.add_column("scan", sa.Column("answers", sa.JSON(), server_default=none, nullable=False))


def downgrade() -> None:
    """Go back."""
    for table, columns in ADDED.items():
        for name in columns:
            op.drop_column(table, name)
    op.drop_table("waiting")
