"""Flags that people raised, and random samples of what the model had not flagged."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "reports",
        sa.Column("flag_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reporter_id", sa.Text(), nullable=False),
        sa.Column("reporter_name", sa.Text(), nullable=False),
        sa.Column("silence", sa.JSON(), nullable=False),
        sa.Column("thresholds", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("flag_id", name="pk_reports"),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name="fk_reports_flag_id"),
    )
    op.create_table(
        "samples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("moderator_id", sa.Text(), nullable=False),
        sa.Column("moderator_name", sa.Text(), nullable=False),
        sa.Column("since", time, nullable=False),
        sa.Column("until", time, nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("drawn_at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_samples"),
    )
    op.create_table(
        "sampled_posts",
        sa.Column("sample_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("post_row", sa.Integer(), nullable=False),
        sa.Column("judged_at", time),
        sa.Column("labels", sa.JSON()),
        sa.PrimaryKeyConstraint("sample_id", "number", name="pk_sampled_posts"),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name="fk_sampled_posts_sample_id"),
        sa.ForeignKeyConstraint(["post_row"], ["posts.id"], name="fk_sampled_posts_post_row"),
    )
