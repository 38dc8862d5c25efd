"""The first tables: posts, assessments, flags, cards and the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("newest", sa.Boolean(), nullable=False),
        sa.Column("first_id", sa.Integer()),
        sa.Column("ordered_at", time, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("quotations", sa.JSON(), nullable=False),
        sa.Column("author", sa.Text()),
        sa.Column("author_name", sa.Text()),
        sa.Column("thread", sa.Text()),
        sa.Column("place", sa.Text()),
        sa.Column("place_name", sa.Text()),
        sa.Column("created_at", time),
        sa.Column("link", sa.Text()),
        sa.Column("reply_to", sa.Text()),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("saved_at", time, nullable=False),
        sa.Column("deleted_at", time),
        sa.Column("text_purged_at", time),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        sa.ForeignKeyConstraint(["first_id"], ["posts.id"], name="fk_posts_first_id"),
        sa.UniqueConstraint("source", "post_id", "revision", name="uq_posts_source_post_id_revision"),
    )
    op.create_index("ix_posts_thread", "posts", ["source", "thread", "ordered_at"])
    op.create_index("ix_posts_place", "posts", ["source", "place", "ordered_at"])
    op.create_index("ix_posts_ordered_at", "posts", ["ordered_at"])
    op.create_table(
        "assessments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_row", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("probabilities", sa.JSON(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("copies", sa.JSON(), nullable=False),
        sa.Column("copied_text", sa.Boolean(), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_assessments"),
        sa.ForeignKeyConstraint(["post_row"], ["posts.id"], name="fk_assessments_post_row"),
        sa.UniqueConstraint("post_row", "model", name="uq_assessments_post_row_model"),
    )
    op.create_table(
        "flags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_row", sa.Integer(), nullable=False),
        sa.Column("assessment_row", sa.Integer(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("created_at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_flags"),
        sa.ForeignKeyConstraint(["post_row"], ["posts.id"], name="fk_flags_post_row"),
        sa.ForeignKeyConstraint(["assessment_row"], ["assessments.id"], name="fk_flags_assessment_row"),
        sa.UniqueConstraint("post_row", name="uq_flags_post_row"),
    )
    op.create_table(
        "cards",
        sa.Column("flag_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("flag_id", name="pk_cards"),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name="fk_cards_flag_id"),
    )
    op.create_table(
        "audit",
        sa.Column("flag_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("moderator_id", sa.Text(), nullable=False),
        sa.Column("moderator_name", sa.Text(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.PrimaryKeyConstraint("flag_id", "step", name="pk_audit"),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name="fk_audit_flag_id"),
    )
