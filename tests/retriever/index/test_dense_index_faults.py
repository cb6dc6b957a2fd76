"""The dense index when Chroma, its files, its child or this process fail: exact answers, and ready again by itself."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from retriever.index import generation_input, generation_process
from retriever.index.generations import (
    Generation,
    GenerationError,
    GenerationPlace,
    StoreAwayError,
    find_generations,
    remove_generations,
)
from retriever.index.open_store import Neighbour, OpenStore
from tests.retriever.index.stand_in_store import StandInChroma
from tests.retriever.index.vector_catalogue import (
    VectorCatalogue,
    assert_searches_are_exact,
    expected,
    open_index,
    random_vectors,
    wait_until,
)
from tests.retriever.index.vector_catalogue import generations as generation_names

pytestmark = pytest.mark.slow

CRASH_AT = Path(__file__).with_name("crash_at.py")


def apparent_size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def copy_index(source, target):
    assert apparent_size(source) < 50_000_000, "not copied: a damaged store can look terabytes large"
    shutil.copytree(source, target)
    return target


@pytest.fixture(scope="module")
def built_folder(tmp_path_factory):
    """Return the folder of an index that a real Chroma built and that nobody has open."""
    folder = tmp_path_factory.mktemp("built") / "index"
    index = open_index(VectorCatalogue(), folder)
    index.refresh(wait=True)
    assert index.state == "ready", index.detail
    index.close()
    return folder


@pytest.fixture
def catalogue():
    return VectorCatalogue()


@pytest.fixture
def index(catalogue, tmp_path):
    index = open_index(catalogue, tmp_path / "index")
    yield index
    index.close()


@pytest.fixture
def chroma(monkeypatch):
    """Put a stand-in in Chroma's place."""
    stand_in = StandInChroma()
    monkeypatch.setattr(generation_process, "run_child", stand_in.run_child)
    monkeypatch.setattr(generation_process, "OpenStore", stand_in)
    return stand_in


# Files that were damaged while nobody had them open


def the(folder, name):
    return next(folder.rglob(name))


def cut(path, share):
    os.truncate(path, int(path.stat().st_size * share))


def flip(path, *, count=60, seed=1):
    content, dice = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(count):
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    path.write_bytes(content)


def zero(path, start, end):
    content = bytearray(path.read_bytes())
    first, last = int(len(content) * start), int(len(content) * end)
    content[first:last] = bytes(last - first)
    path.write_bytes(content)


def swap_pages(path):
    content = path.read_bytes()
    half = len(content) // 2
    path.write_bytes(content[half:] + content[:half])


def rewrite(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


MUTATIONS = {
    "database cut in half": lambda folder: cut(the(folder, "chroma.sqlite3"), 0.5),
    "database deleted": lambda folder: the(folder, "chroma.sqlite3").unlink(),
    "database flipped": lambda folder: flip(the(folder, "chroma.sqlite3"), count=2000),
    "database zeroed": lambda folder: zero(the(folder, "chroma.sqlite3"), 0.2, 0.7),
    "vectors cut in half": lambda folder: cut(the(folder, "data_level0.bin"), 0.5),
    "vectors flipped": lambda folder: flip(the(folder, "data_level0.bin"), count=3),
    "vectors swapped": lambda folder: swap_pages(the(folder, "data_level0.bin")),
    "names of rows deleted": lambda folder: the(folder, "index_metadata.pickle").unlink(),
}


UNREADABLE = {
    "links of terabytes": lambda folder: os.truncate(the(folder, "link_lists.bin"), 4 * 1024**4),
    "manifest cut": lambda folder: cut(the(folder, "manifest.json"), 0.5),
    "manifest of other types": lambda folder: rewrite(the(folder, "manifest.json"), dimension="sixty"),
    "generation deleted": lambda folder: shutil.rmtree(the(folder, "manifest.json").parent),
}


def mend(folder, mutate):
    """Damage an index, open it, and ask it before and after it has recovered; return what it was and is."""
    before = generation_names(folder)
    mutate(folder)
    catalogue = VectorCatalogue()
    index = open_index(catalogue, folder)
    try:
        index.refresh()
        assert_searches_are_exact(index, catalogue, queries=4)
        index.refresh(wait=True)
        assert index.state == "ready", index.detail
        assert_searches_are_exact(index, catalogue)
        assert index.state == "ready", index.detail
    finally:
        index.close()
    return before, generation_names(folder)


def break_while_in_service(folder):
    """Delete, change and lock the files of an index in service; it must answer exactly and recover each time."""
    before = generation_names(folder)
    catalogue = VectorCatalogue()
    index = open_index(catalogue, folder, call_seconds=0.4)
    index.refresh(wait=True)
    assert [index.generation.folder.name] == before

    shutil.rmtree(folder)
    assert_searches_are_exact(index, catalogue, queries=4)
    assert index.state != "ready"
    index.refresh(wait=True)
    assert index.state == "ready", index.detail

    flip(the(folder, "chroma.sqlite3"))
    assert_searches_are_exact(index, catalogue, queries=4)
    assert (index.state, "changed or deleted" in index.detail) == ("degraded", True)
    index.refresh(wait=True)
    assert index.state == "ready", index.detail

    command = "import sqlite3, sys; held = sqlite3.connect(sys.argv[1], isolation_level=None)"
    command += "; held.execute('BEGIN EXCLUSIVE'); print(flush=True); sys.stdin.read()"
    database = str(the(folder, "chroma.sqlite3"))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", command, database], **pipes) as holder:
        holder.stdout.readline()
        assert_searches_are_exact(index, catalogue, queries=4)
        assert (index.state, "did not answer" in index.detail) == ("degraded", True)
        wait_until(lambda: index.state == "ready")
        assert_searches_are_exact(index, catalogue)
        holder.stdin.close()
    index.close()
    return before, generation_names(folder)


@pytest.fixture(scope="module")
def mending(built_folder, tmp_path_factory):
    """Mend all damaged indexes, two at a time; most of it is waiting for children."""
    root = tmp_path_factory.mktemp("mending")
    with ThreadPoolExecutor(2) as pool:
        in_service = pool.submit(break_while_in_service, copy_index(built_folder, root / "in service"))
        yield {"files deleted, changed and locked while in service": in_service} | {
            name: pool.submit(mend, copy_index(built_folder, root / name), mutate) for name, mutate in MUTATIONS.items()
        }


@pytest.mark.parametrize("name", ["files deleted, changed and locked while in service", *MUTATIONS])
def test_a_damaged_index_answers_exactly_and_is_built_again(mending, name):
    before, after = mending[name].result(timeout=110)
    assert len(after) == 1
    assert before != after  # never the damaged one


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_plainly_no_generation_is_not_even_given_to_a_child(catalogue, index, tmp_path, chroma, name):
    index.refresh(wait=True)
    index.close()
    the(tmp_path, "manifest.json").parent.joinpath("chroma", "link_lists.bin").touch()
    before, after = mend(tmp_path / "index", UNREADABLE[name])
    assert (len(after), chroma.commands) == (1, ["build", "build"])
    assert before != after


def test_a_lost_pointer_to_the_active_generation_costs_nothing(built_folder, tmp_path):
    folder = copy_index(built_folder, tmp_path / "index")
    (folder / "active.json").write_text("{")
    (folder / "00000009-0123456789ab" / "chroma").mkdir(parents=True)
    (folder / "notes of the user").mkdir()
    (found,) = find_generations(GenerationPlace(folder), "random@32")
    assert found.folder.name == generation_names(built_folder)[0]
    remove_generations(folder, keep=found)
    assert generation_names(folder) == [found.folder.name, "notes of the user"]


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_random_damage_never_gives_a_wrong_answer(built_folder, tmp_path):
    def damage(folder, seed):
        dice = random.Random(seed)
        path = dice.choice(sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size))
        start = dice.random()
        dice.choice(
            [
                lambda: cut(path, dice.random()),
                lambda: flip(path, count=dice.choice([1, 10, 1000]), seed=seed),
                lambda: zero(path, start, min(1, start + dice.random() / 4)),
                lambda: path.unlink(),
                lambda: swap_pages(path),
            ]
        )()

    with ThreadPoolExecutor(3) as pool:
        mendings = [
            pool.submit(
                mend, copy_index(built_folder, tmp_path / str(seed)), lambda folder, seed=seed: damage(folder, seed)
            )
            for seed in range(60)
        ]
        for mending in mendings:
            mending.result()


# Faults while the index is in service


TAMPERINGS = {
    "unknown passages": lambda near: [Neighbour("f" * 64, 0.1), *near[1:]],
    "the same passage twice": lambda near: [near[0], *near[:-1]],
    "wrong distances": lambda near: [Neighbour(one.passage_id, one.distance + 0.01) for one in near],
    "distances that are no numbers": lambda near: [Neighbour(one.passage_id, float("nan")) for one in near],
    "ids of others": lambda near: [
        Neighbour(one.passage_id, other.distance) for one, other in zip(near, near[::-1], strict=True)
    ],
    "too few": lambda near: near[:5],
    "none": lambda near: [],
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_wrong_neighbours_are_never_answered_and_the_index_is_built_again(catalogue, index, chroma, tampering):
    index.refresh(wait=True)
    chroma.tamper = TAMPERINGS[tampering]
    assert_searches_are_exact(index, catalogue, queries=4)
    assert (index.state, chroma.tamper is not None) == ("degraded", True)
    chroma.tamper = None
    wait_until(lambda: index.state == "ready")
    assert_searches_are_exact(index, catalogue)


def test_a_file_that_changes_takes_the_index_out_of_service(catalogue, index, chroma):
    index.refresh(wait=True)
    flip(index.generation.path / "nl.npz")
    assert_searches_are_exact(index, catalogue, queries=1)
    assert (index.state, "changed or deleted" in index.detail) == ("degraded", True)


def farthest(catalogue, query, near):
    """Return as many neighbours in the same language, with true distances, that are as far away as can be."""
    vectors = catalogue.passage_vectors()
    (language,) = {vectors.languages[vectors.passage_ids.index(one.passage_id)] for one in near}
    scores = np.where(np.array(vectors.languages) == language, vectors.matrix @ query, 2)
    rows = np.argsort(scores)[: len(near)]
    return [Neighbour(vectors.passage_ids[row], float(1 - scores[row])) for row in rows]


def test_neighbours_that_are_real_but_far_away_are_noticed(tmp_path, chroma):
    catalogue = VectorCatalogue(300)
    index = open_index(catalogue, tmp_path / "index")
    index.refresh(wait=True)
    query = random_vectors(1, seed=3)[0]
    chroma.tamper = lambda near: farthest(catalogue, query, near)
    assert [hit.passage_id for hit in index.search(query, limit=5)] == expected(catalogue, query, limit=5)
    assert (index.state, "of the nearest passages" in index.detail) == ("degraded", True)
    index.close()


def test_what_a_search_misses_of_the_sample_is_in_the_answer_and_counts(tmp_path, chroma):
    catalogue = VectorCatalogue(2000)
    index = open_index(catalogue, tmp_path / "index")
    index.refresh(wait=True)
    sample = set(index._current.last.sample.vectors.passage_ids)
    chroma.tamper = lambda near: [one for one in near if one.passage_id not in sample]
    vectors = catalogue.passage_vectors()
    asked = 0
    while index.state == "ready":
        query = vectors.matrix[vectors.passage_ids.index(sorted(sample)[asked])]
        assert index.search(query, limit=1)[0].score == pytest.approx(1)
        asked += 1
        assert asked < 60
    assert "nearest passages" in index.detail
    index.close()


def test_a_rare_miss_of_the_approximate_graph_is_no_damage(catalogue, index, chroma):
    index.refresh(wait=True)
    dice = random.Random(4)
    chroma.tamper = lambda near: near[:-1] if dice.random() < 0.3 else near
    assert_searches_are_exact(index, catalogue, queries=100)
    assert index.state == "ready"


def test_missing_a_third_again_and_again_is_damage(catalogue, index, chroma):
    index.refresh(wait=True)
    chroma.tamper = lambda near: near[: len(near) * 2 // 3]
    assert_searches_are_exact(index, catalogue, queries=60)
    assert (index.state, "nearest passages" in index.detail) == ("degraded", True)


def test_what_breaks_at_once_every_time_is_given_longer_and_longer_pauses(catalogue, tmp_path, chroma):
    index = open_index(catalogue, tmp_path / "index", retry_seconds=0.2)
    chroma.tamper = lambda near: []
    index.refresh(wait=True)
    until = time.monotonic() + 2.5
    while time.monotonic() < until:
        assert_searches_are_exact(index, catalogue, queries=1)
    assert 2 <= chroma.commands.count("build") <= 5
    index.close()


@pytest.mark.parametrize("fault", ["the child fails", "no room on the disk", "folder cannot be made"])
def test_a_building_that_fails_is_told_and_tried_again(catalogue, index, tmp_path, chroma, monkeypatch, fault):
    told = {"the child fails": "bad luck", "no room on the disk": "0 MB free", "folder cannot be made": "index"}[fault]
    with monkeypatch.context() as broken:
        if fault == "the child fails":
            chroma.failure = "bad luck"
        elif fault == "no room on the disk":
            broken.setattr(generation_input.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, 0))
        else:
            (tmp_path / "index").write_text("a file where the folder should be")
        index.refresh(wait=True)
        assert (index.state, told in index.detail) == ("degraded", True)
        assert str(tmp_path) not in index.detail
        assert_searches_are_exact(index, catalogue, queries=4)
        chroma.failure = None
    if (tmp_path / "index").is_file():
        (tmp_path / "index").unlink()
    wait_until(lambda: index.state == "ready")
    assert len(generation_names(tmp_path / "index")) == 1


def test_two_indexes_never_share_a_folder(catalogue, index, tmp_path, chroma):
    index.refresh(wait=True)
    second = open_index(catalogue, tmp_path / "index")
    second.refresh(wait=True)
    assert (second.state, "another process" in second.detail) == ("degraded", True)
    assert_searches_are_exact(second, catalogue, queries=4)
    assert index.generation.folder.exists()
    index.close()
    wait_until(lambda: second.state == "ready")
    second.close()


# The child and the thread that touch Chroma


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("import os; os.kill(os.getpid(), 11)", "signal 11"),
        ("import sys; sys.stderr.write('first\\nlast line'); sys.exit(3)", "last line"),
        ("import sys; sys.exit(9)", "code 9"),
        ("import time; time.sleep(60)", "no end after"),
    ],
)
def test_whatever_happens_to_the_child_is_told(catalogue, index, tmp_path, monkeypatch, script, told):
    (tmp_path / "child.py").write_text(script)
    monkeypatch.setattr(generation_process, "CHILD", tmp_path / "child.py")
    monkeypatch.setattr(generation_process, "START_SECONDS", 3.0 if "sleep" not in script else 0.2)
    monkeypatch.setattr(generation_process, "BUILD_SECONDS_PER_PASSAGE", 0.1 if "sleep" not in script else 0)
    index.refresh(wait=True)
    assert (index.state, told in index.detail) == ("degraded", True), index.detail
    assert_searches_are_exact(index, catalogue, queries=4)


def test_a_killed_builder_is_replaced(catalogue, index, tmp_path, monkeypatch):
    popen = subprocess.Popen
    children = []

    def start(*arguments, **options):
        children.append(popen(*arguments, **options))
        if len(children) == 1:
            children[0].send_signal(signal.SIGKILL)
        return children[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    index.refresh()
    wait_until(lambda: len(children) == 2)
    assert_searches_are_exact(index, catalogue, queries=4)
    wait_until(lambda: index.state == "ready")
    assert len(generation_names(tmp_path / "index")) == 1


def test_a_store_that_grows_without_end_is_stopped(catalogue, index, tmp_path, monkeypatch):
    monkeypatch.setattr(generation_input, "BYTES_PER_FILE", 20_000)
    monkeypatch.setattr(generation_input, "BYTES_PER_NUMBER", 0)
    monkeypatch.setattr(generation_input, "BYTES_PER_CHARACTER", 0)
    index.refresh(wait=True)
    assert index.state == "degraded"
    assert generation_names(tmp_path / "index") == []


def unopened_store(tmp_path):
    store = OpenStore(Generation(tmp_path, 1, "", "m", None), GenerationPlace(tmp_path))
    store._thread.start()
    return store


def test_a_call_that_hangs_is_given_up_and_no_other_waits_for_it(tmp_path):
    store = unopened_store(tmp_path)
    with pytest.raises(StoreAwayError, match=r"within 0\.1 seconds"):
        store._call(lambda: time.sleep(0.5), seconds=0.1)
    with pytest.raises(StoreAwayError, match="stuck"):
        store._call(lambda: 1, seconds=5)
    store.close()
    store._thread.join(5)


def test_a_panic_in_chroma_is_an_error_like_any_other(tmp_path):
    class PanicError(BaseException):
        pass

    def panic():
        raise PanicError("index out of bounds")

    store = unopened_store(tmp_path)
    with pytest.raises(GenerationError, match="PanicError: index out of bounds"):
        store._call(panic, seconds=5)
    assert store._call(lambda: 2, seconds=5) == 2
    store.close()


# kill -9 of the whole process


def crash(folder, point, *, store="stand-in"):
    return subprocess.run(
        [sys.executable, str(CRASH_AT), str(folder), point, store],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def assert_recovers(catalogue, folder):
    index = open_index(catalogue, folder)
    assert_searches_are_exact(index, catalogue, queries=4)
    index.refresh(wait=True)
    assert index.state == "ready", index.detail
    assert_searches_are_exact(index, catalogue)
    assert generation_names(folder) == [index.generation.folder.name]
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == ["active.json", "owner.lock"]
    index.close()


@pytest.mark.parametrize("point", ["folder made", "input written", "built", "opening", "opened", "activated"])
def test_killed_at_any_point_the_next_start_recovers(catalogue, index, tmp_path, chroma, point):
    index.refresh(wait=True)
    index.close()
    run = crash(tmp_path / "index", point)
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert_recovers(catalogue, tmp_path / "index")
    catalogue.add(random_vectors(30, seed=1))
    assert_recovers(catalogue, tmp_path / "index")


def test_a_generation_that_killed_the_process_on_opening_is_not_opened_again(catalogue, index, tmp_path, chroma):
    index.refresh(wait=True)
    fatal = index.generation
    index.close()
    fatal.opening.touch()
    again = open_index(catalogue, tmp_path / "index")
    again.refresh(wait=True)
    assert again.state == "ready"
    assert again.generation.folder != fatal.folder
    again.close()


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def test_a_child_does_not_outlive_a_killed_process(catalogue, tmp_path):
    run = crash(tmp_path / "index", "child after 0.3", store="real")
    assert run.returncode == -signal.SIGKILL, run.stderr
    child = int(run.stdout.split()[0])
    wait_until(lambda: not is_running(child), seconds=20)
    assert generation_names(tmp_path / "index") != []
    index = open_index(catalogue, tmp_path / "index", exact_only=True)
    assert_searches_are_exact(index, catalogue, queries=4)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_killed_at_random_moments_twenty_times_it_recovers(catalogue, built_folder, tmp_path):
    dice = random.Random(7)
    folder = copy_index(built_folder, tmp_path / "index")
    for _ in range(20):
        crash(folder, f"after {dice.uniform(0.1, 6):.2f}", store="real")
        assert_recovers(catalogue, folder)
