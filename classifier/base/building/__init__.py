"""How the base scorer was made: public corpora in, `embedding.npz` and `raters.npz` out.

1. The embedding table is distilled from a sentence encoder (`table`).
2. A copy of that encoder is taught what each corpus calls hostile, each by a question of its own (`questions`,
   `encoder`). It learns from all of them and answers each by itself: better than one heap of texts, or any alone.
3. It answers every question for pieces of all corpora (`pieces`), and a linear rater over TextFeatures learns each
   question's answers (`raters`; Hinton, Vinyals & Dean 2015 call it distillation). Only these figures are given away.
4. What the raters make of the manner in which a remark is made is taken out of them (`voices`).

Needs the extra `base-scorer`, a copy of every corpus that `questions` names, and about an hour of two cores.
"""
