"""What labels that are only logged would have brought."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "shadow_flags",
        sa.Column("post_row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("post_row", "label", name="pk_shadow_flags"),
        sa.ForeignKeyConstraint(["post_row"], ["posts.id"], name="fk_shadow_flags_post_row"),
    )
    op.create_index("ix_shadow_flags_at", "shadow_flags", ["at"])
