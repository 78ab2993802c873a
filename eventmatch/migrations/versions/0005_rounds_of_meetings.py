"""Rounds of meetings at tables."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "round_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("pause", sa.Integer(), nullable=False),
        sa.Column("tables", sa.Integer(), nullable=True),
        sa.Column("away", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rounds >= 1", name=op.f("ck_round_plan_some_rounds")),
        sa.CheckConstraint("minutes >= 1", name=op.f("ck_round_plan_some_minutes")),
        sa.CheckConstraint("tables IS NULL OR tables >= 1", name=op.f("ck_round_plan_some_tables")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_round_plan_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_plan")),
        sa.UniqueConstraint("event_id", name=op.f("uq_round_plan_event_id")),
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("table_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["round_plan.id"], name=op.f("fk_meeting_plan_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("plan_id", "round", "table_number", name=op.f("uq_meeting_plan_id_round_table_number")),
    )
    op.create_table(
        "meeting_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attendee_id"], ["attendee.id"], name=op.f("fk_meeting_person_attendee_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_person_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["round_plan.id"], name=op.f("fk_meeting_person_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_person")),
        sa.UniqueConstraint(
            "plan_id", "round", "attendee_id", name=op.f("uq_meeting_person_plan_id_round_attendee_id")
        ),
    )
    op.create_index(op.f("ix_meeting_person_attendee_id"), "meeting_person", ["attendee_id"])
    op.create_index(op.f("ix_meeting_person_meeting_id"), "meeting_person", ["meeting_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("meeting_person")
    op.drop_table("meeting")
    op.drop_table("round_plan")
