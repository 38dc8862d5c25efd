"""The few words that people disguise, and how to read them through the disguise.

The list teaches no judgement, the training posts do that; it only settles which letters were hidden. Where several
words fit, the one that stands first, the commoner one, is read.
"""


def _words(lines: str) -> tuple[str, ...]:
    return tuple(lines.split())


SWEAR_WORDS = _words("""
    fuck fucks fucked fucker fuckers fucking fuckin fuckface fuckwit fuckhead motherfucker motherfuckers motherfucking
    shit shits shitty shite shithead shitheads shitbag shithole shitter bullshit dipshit piss pissed pissing pisser
    bitch bitches bitchy bitching ass asses asshole assholes asshat asshats arse arsehole arseholes
    dumbass jackass smartass lardass fatass dick dicks dickhead dickheads dickless cunt cunts cock cocks cocksucker
    prick pricks pussy pussies bastard bastards whore whores slut sluts slutty twat twats wank wanker wankers
    tosser tossers knobhead bellend douche douches douchebag crap crappy damn damned goddamn hell
""")

INSULTS = _words("""
    fag fags faggot faggots nigger niggers nigga niggas tranny retard retards retarded
    idiot idiots idiotic moron morons moronic imbecile imbeciles cretin cretins stupid stupidity dumb dumber dumbest
    dimwit halfwit fool fools dunce loser losers scum scumbag scumbags trash garbage pathetic worthless useless
    ugly fatso vermin pig pigs filth filthy disgusting liar liars coward cowards clown clowns freak freaks creep creeps
    pervert perverts pedo pedos pedophile pedophiles nonce psycho lunatic nutjob noob noobs troll trolls shill shills
    hate hater haters kill kys stfu gtfo suck sucks sucker sucking nazi nazis
""")

PUT_DOWNS = _words("""
    ignorant ignorance ignoramus delusional deluded hypocrite hypocrites hypocritical bigot bigots bigoted thief thieves
    brainless clueless mindless gutless spineless shameless racist racists degenerate degenerates parasite parasites
    disgrace disgraceful gullible arrogant arrogance incompetent incompetence ridiculous cowardly asinine obnoxious
    repulsive buffoon buffoons simpleton bozo weirdo weirdos nincompoop scoundrel hateful spiteful vicious despicable
    contemptible laughable idiocy lunacy insane demented fraud frauds senseless childish immature neanderthal dishonest
    disingenuous inbred sociopath psychopath narcissist embarrassment paedophile paedophiles nonsense rubbish crybaby
    dummy dummies maggot maggots
""")
"""Words that nobody disguises, and many misspell."""

LETTERS_READ = {
    "0": "o",
    "1": "il",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "!": "il",
    "|": "il",
    "+": "t",
}
"""Which letters a digit or sign is written for."""

BLANKS = "*#"
"""Signs that stand for a letter left out, wherever it was."""

FAINT_BLANKS = "-_.%&^~@$!+?"
"""Signs that mostly mean something else: they are blanks only among at least as many letters."""


def squeezed(word: str) -> str:
    """The word with every run of one letter written once: `stuuupid` and `stupid` agree."""
    return "".join(letter for at, letter in enumerate(word) if not at or letter != word[at - 1])


_WORDS = frozenset(SWEAR_WORDS + INSULTS)
_LONGEST = max(map(len, _WORDS))
_BY_SHAPE: dict[tuple[int, str], list[str]] = {}
_BY_SQUEEZED: dict[str, str] = {}
_SWEAR_WORDS = frozenset(SWEAR_WORDS)
for _word in SWEAR_WORDS + INSULTS:
    _BY_SHAPE.setdefault((len(_word), _word[0]), []).append(_word)
    _BY_SQUEEZED.setdefault(squeezed(_word), _word)


def is_rude(word: str) -> bool:
    """Whether the word, in folded letters, stands in the list."""
    return word in _WORDS


def read_stretched(word: str) -> str | None:
    """The listed word that `word` draws out (`assshooole`), if there is one. Takes bounded time."""
    return _BY_SQUEEZED.get(squeezed(word)) if len(word) <= 4 * _LONGEST else None


def read_disguised(chunk: str) -> str | None:
    """The listed word of the same length that `chunk` hides (`m0ron`, `sh!t`, `f**k`), if there is one.

    The first letter has to be legible, and digits need two letters beside them (the A55 is a road, 45s are records)
    unless a longer word begins with one (`5h17`). Where nothing else is legible or the ending is blank (`s***`, `da**`:
    or a footnote) only swear words are read. Takes bounded time.
    """
    if not 3 <= len(chunk) <= _LONGEST:
        return None
    letters = sum(map(str.isalpha, chunk))
    number = len(chunk) > 3 and chunk[0].isdigit()
    if letters < (2 if any(map(str.isdigit, chunk)) and not number else 1):
        return None
    sworn = sum(map(str.isalnum, chunk)) == 1 or chunk[-1] in BLANKS
    blanks = BLANKS + FAINT_BLANKS if len(chunk) > 3 and 2 * letters >= len(chunk) else BLANKS
    for first in LETTERS_READ.get(chunk[0], chunk[0]):
        for word in _BY_SHAPE.get((len(chunk), first), ()):
            if (word in _SWEAR_WORDS or not sworn) and all(
                sign == letter or sign in blanks or letter in LETTERS_READ.get(sign, "")
                for sign, letter in zip(chunk[1:], word[1:], strict=True)
            ):
                return word
    return None
