"""A post beside one earlier post that carries many of its fingerprints: what they share, letter by letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from classifier.assessment import Copy, Span
from classifier.copies.alignment import Alignment, align, align_prints, may_share
from classifier.copies.candidates import Candidate
from classifier.copies.features import (
    PairFeatures,
    hours_between,
    is_answered,
    opens_anew,
    prose_length,
    quoted_share,
    same_author,
    same_thread,
    says_whose,
)
from classifier.copies.fingerprints import Fingerprints, fingerprint_each
from classifier.copies.signatures import above_shared_signature, above_signature
from classifier.post import Original, Post

MIN_SHARED_LETTERS = 40
"""About nine English words: what is shorter ("you have no idea what you are talking about") is said alike by chance."""

CORRECTED_WITHIN = timedelta(hours=1)
CORRECTED = 0.75
"""Share of the letters that a text and its corrected version have in common at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An earlier post that shares a text with the one looked up.

    The weight of a span of `copy` is its share of the post's letters. Members are `excused` once or so for a text of
    their own posted again: one that was deleted since, that had a slip in it, or that they insist on in its thread.
    """

    copy: Copy
    features: PairFeatures
    excused: bool = False


def may_match(prints: Fingerprints, candidate: Candidate) -> bool:
    """Whether enough letters can agree: of most candidates this is known before their texts are read."""
    possible = {*candidate.shared.tolist(), *candidate.common.tolist()}
    return may_share(MIN_SHARED_LETTERS, prints, possible)


def compare(post: Post, prints: Fingerprints, originals: Sequence[tuple[Original, Candidate]]) -> list[Match]:
    """The verified matches of a post, whose fingerprints are `prints`; those with too few letters alike are left out.

    An earlier post whose text is empty has lost it: then its fingerprints stand for its letters.
    """
    texts = [_compared(post, original.post, prints, candidate) for original, candidate in originals]
    distinct = list({text: None for pair in texts for text in pair if text != post.text})
    read = {post.text: prints, **dict(zip(distinct, fingerprint_each(distinct), strict=True))}
    matches = [
        _verified(post, original, candidate, read[text], read[earlier_text] if original.post.text else None)
        for (original, candidate), (text, earlier_text) in zip(originals, texts, strict=True)
    ]
    return [match for match in matches if match is not None]


def _compared(post: Post, earlier: Post, prints: Fingerprints, candidate: Candidate) -> tuple[str, str]:
    """Both texts, without the signature that one author puts below both."""
    if not same_author(post, earlier):
        return post.text, earlier.text
    if earlier.text:
        return above_signature(post.text, earlier.text)
    return above_shared_signature(post.text, prints, candidate.shared), ""


def _verified(
    post: Post, original: Original, candidate: Candidate, prints: Fingerprints, earlier_prints: Fingerprints | None
) -> Match | None:
    """`earlier_prints` is None when the earlier text is gone."""
    earlier = original.post
    if earlier_prints is None:
        alignment = align_prints(prints, candidate.shared)
        earlier_containment = len(candidate.shared) / candidate.prints
    else:
        alignment = align(prints, earlier_prints)
        earlier_containment = alignment.earlier_shared / max(len(earlier_prints.letters), 1)
    if alignment.shared < MIN_SHARED_LETTERS:
        return None
    earlier_length = None if earlier_prints is None else len(earlier_prints.letters)
    spans = _spans(prints, alignment)
    features = _features(
        post, earlier, alignment, len(prints.letters), earlier_length, earlier_containment, candidate, spans
    )
    copy = Copy(
        key=earlier.key,
        containment=features.containment,
        spans=spans,
        author=earlier.author,
        author_name=earlier.author_name,
        created_at=earlier.created_at,
        link=earlier.link,
        text=earlier.text or None,
        features={name: float(value) for name, value in features._asdict().items()},
    )
    excused = features.same_author and (
        original.is_gone or _is_correction(post, earlier, features) or (features.same_thread and opens_anew(alignment))
    )
    return Match(copy=copy, features=features, excused=excused)


def _is_correction(post: Post, earlier: Post, features: PairFeatures) -> bool:
    """Whether nearly the same is said again in the same thread soon after: what is all the same corrects nothing."""
    if post.created_at is None or earlier.created_at is None or not features.same_thread:
        return False
    alike = min(features.containment, features.earlier_containment)
    return post.created_at - earlier.created_at <= CORRECTED_WITHIN and CORRECTED <= alike < 1


def _features(
    post: Post,
    earlier: Post,
    alignment: Alignment,
    length: int,
    earlier_length: int | None,
    earlier_containment: float,
    candidate: Candidate,
    spans: Sequence[Span],
) -> PairFeatures:
    return PairFeatures(
        containment=alignment.shared / length,
        earlier_containment=earlier_containment,
        rare_containment=candidate.rare_containment,
        longest=max(stretch.end - stretch.start for stretch in alignment.stretches) / length,
        shared=alignment.shared,
        length=length,
        answered=is_answered(post, earlier, alignment, length, earlier_length)
        or says_whose(post.text[: spans[0].start]),
        same_author=same_author(post, earlier),
        same_thread=same_thread(post, earlier),
        hours=hours_between(post, earlier),
        earlier_copies=candidate.earlier_copies,
        prose=prose_length(post.text[span.start : span.end] for span in spans),
        quoted=quoted_share(post),
    )


def _spans(prints: Fingerprints, alignment: Alignment) -> tuple[Span, ...]:
    length = len(prints.letters)
    return tuple(
        Span(_begin(prints, shared.start), int(prints.ends[shared.end - 1]), (shared.end - shared.start) / length)
        for shared in alignment.stretches
    )


def _begin(prints: Fingerprints, letter: int) -> int:
    """Where a stretch begins. What folds to several letters, as ¼ does, belongs to the stretch with the first."""
    is_rest = letter > 0 and prints.starts[letter] == prints.starts[letter - 1]
    return int(prints.ends[letter] if is_rest else prints.starts[letter])
