#!/usr/bin/python3
# SPDX-License-Identifier: MIT
#
# A fill that is killed with SIGKILL, at random moments, before every system call that changes a file, and in the middle of every
# write, goes on from what is left and ends with the bytes of an unbroken one and with nothing beside them. The moments come from
# seed that is printed; OUTERFILL_TEST_SEED=SEED draws the same ones. OUTERFILL_TEST_KILLS is the number of fills to be hit.

import os
import random
import time

from scene import LIMIT, SHORT_WRITES, SLEEP, FaultTest, Scene, each, main, slow, small, was_killed

NUM_KILLS = int(os.environ.get("OUTERFILL_TEST_KILLS", "200"))
SEED = int(os.environ.get("OUTERFILL_TEST_SEED", time.time_ns() % 10**9))
TWO_DEVICES = {"POCL_DEVICES": "pthread pthread"}
CALLS = ("pwrite64", "write", "ftruncate", "fallocate", "fsync", "fdatasync", "rename", "renameat2", "link", "unlink", "openat")


def large(*options, **more):
    """Some 200 bands, which take 0.1 s."""
    return Scene("linspace:0:1:200", "linspace:0:1:300", 300, *options, **more)


def wait_for_part(scene, processes):
    """Until the fill has its file; the command is starting before."""
    deadline = time.monotonic() + LIMIT
    while not os.path.exists(scene.path("ab.npy.part")):
        if all(process.poll() is not None for process in processes) or time.monotonic() > deadline:
            return
        time.sleep(0.0005)


def end(processes):
    """Waits for all, and returns their exit codes."""
    for process in processes:
        process.communicate(timeout=LIMIT)
    return [process.returncode for process in processes]


def kill(scene, processes, moment, victims):
    """Kills the victims so many seconds after the file appeared; whether all were at work on it."""
    wait_for_part(scene, processes)
    time.sleep(moment)
    for victim in victims:
        victim.kill()
    codes = end(victims)
    was_at_work = all(map(was_killed, codes)) and "ab.npy.part" in scene.names()
    end(processes)
    return was_at_work


def seconds_of(scene):
    """From the moment when the file appears to the end."""
    process = scene.start(*scene.arguments)
    wait_for_part(scene, [process])
    begin = time.monotonic()
    end([process])
    seconds = time.monotonic() - begin
    scene.clear()
    return seconds


@slow
class RandomMoments(FaultTest):
    def kill_one(self, attempt):
        """One fill, killed, and in every third case killed once more while it is resumed: (running fills hit, what is wrong)."""
        draw = random.Random(f"{SEED} {attempt}")
        devices = dict(environment=TWO_DEVICES) if attempt % 5 == 0 else {}
        with large(*(("--device", "all") if devices else ()), **devices) as scene:
            process = scene.start(*scene.arguments)
            hits = kill(scene, [process], draw.uniform(0, self.seconds), [process])
            if attempt % 3 == 0 and scene.has_records():
                process = scene.start("resume", "ab.npy", "--quiet")
                hits += kill(scene, [process], draw.uniform(0, self.seconds), [process])
            left = scene.names()
            wrong = scene.finish() or scene.difference(self.expected)
            return hits, wrong and f"killed fill {attempt}, over {left}: {wrong}"

    def kill_shards(self, attempt):
        """Two shards at once, one or both killed, and then run again, or resumed as one file."""
        draw = random.Random(f"{SEED} shards {attempt}")
        with large() as scene:
            commands = [(*scene.arguments, "--shard", f"{k}/2") for k in (1, 2)]
            processes = [scene.start(*command) for command in commands]
            chosen = draw.choice(([0], [1], [0, 1]))
            hits = kill(scene, processes, draw.uniform(0, self.seconds), [processes[k] for k in chosen])
            left = scene.names()
            wrong = self.run_again(scene, [commands[k] for k in chosen], attempt % 2) or scene.difference(self.expected)
            return hits * len(chosen), wrong and f"killed shards {attempt}, {chosen}, over {left}: {wrong}"

    @staticmethod
    def run_again(scene, commands, as_shards):
        if not as_shards and scene.names() != ["ab.npy"] and scene.has_records():
            return scene.finish()
        for command in commands:
            if scene.names() == ["ab.npy"]:  # what the other one had done was recorded, so the file was completed without it
                return None
            code, stderr = scene.run(*command)
            if code:
                return f"{command} ended with {code}: {stderr}"
        return None

    def test_random_moments(self):
        with large("--device", "all", environment=TWO_DEVICES) as scene:
            self.unbroken(scene)
        with large() as scene:
            self.expected = self.unbroken(scene)
            self.seconds = max(seconds_of(scene) for _ in range(3))
        alone, shards, attempt, step = 0, 0, 0, 20
        while alone + shards < NUM_KILLS and attempt < 4 * NUM_KILLS:
            one = each(self.kill_one, range(attempt, attempt + step))
            two = each(self.kill_shards, range(attempt, attempt + step, 5))
            attempt += step
            alone += sum(hit for hit, _ in one)
            shards += sum(hit for hit, _ in two)
            self.assertEqual([wrong for _, wrong in one + two if wrong], [], f"OUTERFILL_TEST_SEED={SEED}")
        print(f"{alone} running fills and {shards} shards killed within {self.seconds:.3f} s of their beginning, "
              f"OUTERFILL_TEST_SEED={SEED}")
        self.assertGreaterEqual(alone + shards, NUM_KILLS, "kills that hit a running fill")


class EveryCall(FaultTest):
    """The k-th call of a kind in a thread, for k = 1, 2, 3, ... until no thread has so many."""

    def kill_calls(self, make, prepare, expected, call, *others):
        """Kills a run of what prepare returns at every call of the kind: (kills, what is wrong)."""
        wrong = []
        for k in range(1, 1000):
            with make() as scene:
                arguments = prepare(scene)
                code, stderr = scene.run(*arguments, under=scene.strace(*others, f"{call}:signal=KILL:when={k}"))
                if not was_killed(code):
                    return k - 1, wrong + ([f"the unbroken run ended with {code}: {stderr}"] if code else [])
                left = scene.names()
                found = scene.go_on(arguments) or scene.difference(expected)
                if found:
                    wrong.append(f"killed at {call} {k}, over {left}: {found}")
        return 1000, ["no end of calls"]

    def check(self, make, prepare, least, calls=CALLS):
        with make() as scene:
            expected = self.unbroken(scene)
        found = each(lambda call: self.kill_calls(make, prepare, expected, call), calls)
        kills = {call: number for call, (number, _) in zip(calls, found) if number}
        print(f"killed at {kills}")
        self.assertEqual([wrong for _, some in found for wrong in some], [])
        for call, number in least.items():
            self.assertGreaterEqual(kills.get(call, 0), number, f"calls of {call}: those of the fill are not seen any more")

    def test_of_a_fill(self):
        self.check(small, lambda scene: scene.arguments,
                   dict(pwrite64=7, ftruncate=3, fallocate=1, fsync=2, renameat2=1, unlink=1, openat=8))

    @slow
    def test_of_a_resumed_fill(self):
        """Half of the bands are there; so are damaged ones, which are done again."""
        def prepare(scene):
            scene.run(*scene.arguments, under=scene.strace("pwrite64:signal=KILL:when=8"))
            self.assertTrue(scene.has_records(), scene.names())
            with open(scene.path("ab.npy.part"), "r+b") as file:
                file.seek(4096)
                file.write(b"damaged")
            return ("resume", "ab.npy", "--quiet")

        self.check(small, prepare, dict(pwrite64=3, ftruncate=1, fsync=2, renameat2=1, unlink=1, openat=8))

    @slow
    def test_of_a_fill_that_replaces(self):
        def prepare(scene):
            with open(scene.path("ab.npy"), "w", encoding="ascii") as file:
                file.write("old content\n")
            return scene.arguments

        self.check(lambda: small("--force"), prepare, dict(pwrite64=7, fsync=2, rename=1, unlink=1))

    @slow
    def test_of_the_last_shard(self):
        def prepare(scene):
            code, stderr = scene.run(*scene.arguments, "--shard", "1/2")
            self.assertEqual(code, 0, stderr)
            return (*scene.arguments, "--shard", "2/2")

        self.check(small, prepare, dict(pwrite64=4, fsync=4, renameat2=1, unlink=2, openat=8))

    def test_of_what_others_have_done(self):
        """The journal that is removed last has no band: those are all in journals of shards, of which the second was killed."""
        def prepare(scene):
            scene.run(*scene.arguments, "--shard", "1/2")
            scene.run(*scene.arguments, "--shard", "2/2", under=scene.strace("fsync:signal=KILL:when=1"))
            self.assertIn("ab.npy.journal-2-of-2", scene.names())
            return ("resume", "ab.npy", "--quiet")

        self.check(small, prepare, dict(renameat2=1, unlink=3), ("renameat2", "unlink"))

    @slow
    def test_of_synchronising(self):
        """Every five seconds, what there is: a write that takes longer makes it due."""
        with small() as scene:
            expected = self.unbroken(scene)
        kills, wrong = self.kill_calls(small, lambda scene: scene.arguments, expected, "fdatasync", SLEEP)
        self.assertEqual(wrong, [])
        self.assertGreaterEqual(kills, 2)


class MiddleOfAWrite(FaultTest):
    """The k-th write of all threads, of which half is done, for k = 1, 2, 3, ... until there are no more."""

    def kill_write(self, k):
        with small() as scene:
            torn = {"LD_PRELOAD": SHORT_WRITES, "SHORT_WRITES_KILL": str(k), "SHORT_WRITES_LOG": scene.path("log")}
            code, stderr = scene.run(*scene.arguments, environment=torn)
            if was_killed(code) != os.path.exists(scene.path("log")):
                return True, f"the preloaded library is not there: exit code {code}, {stderr}"
            if not was_killed(code):
                return False, f"the unbroken run ended with {code}: {stderr}" if code else None
            left = scene.names()
            wrong = scene.finish() or scene.difference(self.expected)
            return True, wrong and f"killed in write {k}, over {left}: {wrong}"

    def test_every_write(self):
        with small() as scene:
            self.expected = self.unbroken(scene)
        kills = 0
        for begin in range(1, 1000, 8):
            found = each(self.kill_write, range(begin, begin + 8))
            kills += sum(hit for hit, _ in found)
            self.assertEqual([wrong for _, wrong in found if wrong], [])
            if not all(hit for hit, _ in found):
                break
        print(f"killed in the middle of {kills} writes")
        # header, head and begin of the journal; two planes and a record for each band; the end
        self.assertGreaterEqual(kills, 3 + 3 * 8 + 1)


if __name__ == "__main__":
    main()
