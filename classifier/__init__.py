"""The judgement: posts in, assessments out. Knows no Discord, no network and no database."""
