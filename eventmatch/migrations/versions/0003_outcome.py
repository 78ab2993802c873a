"""One tap says how it was to meet somebody."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

VALUES = ("useful", "not_useful", "did_not_happen")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column(
            "value",
            sa.Enum(*VALUES, name="howitwas", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_outcome_two")),
        sa.ForeignKeyConstraint(["from_id"], ["attendee.id"], name=op.f("fk_outcome_from_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_id"], ["attendee.id"], name=op.f("fk_outcome_to_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("from_id", "to_id", name=op.f("uq_outcome_from_id_to_id")),
    )
    op.create_index(op.f("ix_outcome_to_id"), "outcome", ["to_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_outcome_to_id"), table_name="outcome")
    op.drop_table("outcome")
