"""Notes and snoozes on the audit trail; flags know their community and what their text comes down to."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns. Flags raised before have their community's source alone, and no fingerprint."""
    op.add_column("audit", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    op.add_column("audit", sa.Column("until", sa.DateTime(timezone=True)))
    op.add_column("flags", sa.Column("community", sa.Text(), nullable=False, server_default=""))
    op.add_column("flags", sa.Column("fingerprint", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_flags_fingerprint", "flags", ["fingerprint"])
    op.create_index("ix_posts_author", "posts", ["source", "author"])
    op.execute("UPDATE flags SET community = (SELECT source FROM posts WHERE posts.id = flags.post_row)")
