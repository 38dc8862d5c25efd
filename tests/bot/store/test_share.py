"""The shares of several processes: together all there is, and nothing twice."""

from bot.store.share import ALL, Share
from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post

GUILDS = [number << 22 for number in range(1, 6)]
POSTS = [
    *(
        Post(source="discord", id=str(guild), text="words", link=f"https://discord.com/channels/{guild}/1/{guild}")
        for guild in GUILDS
    ),
    Post(source="meadow", id="a", text="words"),
    Post(source="a forum that the config names no more", id="b", text="words", link="https://a.example/1"),
]


def test_every_post_is_in_one_share(store: Store) -> None:
    store.save_posts(POSTS)
    for count in (1, 2, 3):
        shares = [Share(number, count, frozenset(GUILDS)) for number in range(count)]
        found = [[post.id for post in store.unassessed_posts(99, share)] for share in shares]
        assert sorted(id for part in found for id in part) == sorted(post.id for post in POSTS)
        assert found == [[post.id for post in POSTS if share.covers(post)] for share in shares]
        assert {"a", "b"} <= set(found[0]), "what is no server's is for the first"
    assert [post.id for post in store.unassessed_posts(99, ALL)] == [post.id for post in POSTS]


def test_a_flag_without_card_is_for_the_process_that_has_its_server(store: Store, noon: object) -> None:
    store.save_posts(POSTS)
    judged = Assessment(probabilities=dict.fromkeys(Label, 0.9), model="m", spans={})
    store.save_assessments([(post, judged, [Label.TROLLING]) for post in POSTS], noon)  # type: ignore[arg-type]
    shares = [Share(number, 2, frozenset(GUILDS)) for number in range(2)]
    found = [[flag.post.id for flag in store.flags_without_card(99, share)] for share in shares]
    assert found == [[post.id for post in POSTS if share.covers(post)] for share in shares]


def test_positions_of_several_processes_are_kept_and_none_goes_back(store: Store) -> None:
    store.advance("discord", {"1": 10, "2": 20}, most=9)
    store.advance("discord", {"2": 15, "3": 30}, most=9)
    assert store.source_state("discord") == {"positions": {"1": 10, "2": 20, "3": 30}}
    store.advance("discord", {"4": 40}, most=2)
    assert store.source_state("discord") == {"positions": {"3": 30, "4": 40}}
