"""The organiser decides that two people must meet, or must never."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "pair_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("low_id", sa.Integer(), nullable=False),
        sa.Column("high_id", sa.Integer(), nullable=False),
        sa.Column(
            "rule",
            sa.Enum("must", "never", name="pairrule", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_pair_rule_low_below_high")),
        sa.ForeignKeyConstraint(["low_id"], ["attendee.id"], name=op.f("fk_pair_rule_low_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["high_id"], ["attendee.id"], name=op.f("fk_pair_rule_high_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_rule")),
        sa.UniqueConstraint("low_id", "high_id", name=op.f("uq_pair_rule_low_id_high_id")),
    )
    op.create_index(op.f("ix_pair_rule_high_id"), "pair_rule", ["high_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_pair_rule_high_id"), table_name="pair_rule")
    op.drop_table("pair_rule")
