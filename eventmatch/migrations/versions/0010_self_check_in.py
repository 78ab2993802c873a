"""What guests need who check themselves in: one screen, poster and join link each, and kiosks behind a PIN."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ONE_OF_EACH = sa.text("revoked_at IS NULL AND kind IN ('screen', 'poster', 'link')")


def upgrade() -> None:
    """Go forward."""
    op.add_column("device", sa.Column("pin_tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("device", sa.Column("pin_tried_at", sa.DateTime(timezone=True)))
    op.add_column("device", sa.Column("unlocked_until", sa.DateTime(timezone=True)))
    op.add_column("device", sa.Column("prints_badges", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index(
        "uq_device_unmanned",
        "device",
        ["event_id", "kind"],
        unique=True,
        sqlite_where=ONE_OF_EACH,
        postgresql_where=ONE_OF_EACH,
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("uq_device_unmanned", "device")
    for name in ("prints_badges", "unlocked_until", "pin_tried_at", "pin_tries"):
        op.drop_column("device", name)
