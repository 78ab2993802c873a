"""What doors without network hand in: clocks far off, and people let in whose code nobody knows."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CLOCKS = ("device", "scan")


def upgrade() -> None:
    """Go forward."""
    op.add_column("scan", sa.Column("unfounded", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    _widen(sa.Integer(), sa.BigInteger())


def downgrade() -> None:
    """Go back."""
    _widen(sa.BigInteger(), sa.Integer())
    op.drop_column("scan", "unfounded")


def _widen(before: sa.types.TypeEngine[int], after: sa.types.TypeEngine[int]) -> None:
    """Change how large a clock's offset may be; SQLite keeps any whole number anyway."""
    if op.get_bind().dialect.name == "postgresql":
        for table in CLOCKS:
            op.alter_column(table, "clock_offset", existing_type=before, type_=after)
