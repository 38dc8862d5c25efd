"""Flags that share a card, and the posts that copies repeat."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "burst_members",
        sa.Column("flag_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("flag_id", name="pk_burst_members"),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name="fk_burst_members_flag_id"),
        sa.ForeignKeyConstraint(["lead_id"], ["flags.id"], name="fk_burst_members_lead_id"),
    )
    op.create_index("ix_burst_members_lead_id", "burst_members", ["lead_id"])
    op.create_table(
        "repeats",
        sa.Column("flag_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("flag_id", "source", "post_id", name="pk_repeats"),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name="fk_repeats_flag_id"),
    )
    op.create_index("ix_repeats_post", "repeats", ["source", "post_id"])
