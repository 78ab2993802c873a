"""Keys that events sign their tickets with."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "signing_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number BETWEEN 0 AND 255", name=op.f("ck_signing_key_number_fits")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_signing_key_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_signing_key_event_id_number")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("signing_key")
