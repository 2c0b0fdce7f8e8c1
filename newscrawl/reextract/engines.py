"""Who does the tasks: processes of this machine, or a Dask cluster. Either only hands out work."""

from __future__ import annotations

import atexit
import dataclasses
import queue
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from newscrawl.reextract.supervise import Hand, Stopped, TaskFailed
from newscrawl.reextract.task import Done, Step, Task

Event = tuple[Task, Step | Done | TaskFailed]
"""What is told of a task: a step, at last how it ended."""


def local(tasks: Sequence[Task], workers: int) -> Iterator[Event]:
    """Do the tasks with so many processes; yield what happens. Closing the iterator ends the processes."""
    waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    hands = [Hand() for _ in range(min(workers, len(tasks)))]
    threads = [threading.Thread(target=_drain, args=(hand, waiting, events), daemon=True) for hand in hands]
    for thread in threads:
        thread.start()
    try:
        left = len(tasks)
        while left:
            event = events.get()
            left -= not isinstance(event[1], Step)
            yield event
    finally:
        for hand in hands:
            hand.stop()
        for thread in threads:
            thread.join()
        for hand in hands:
            hand.close()


def _drain(hand: Hand, waiting: queue.SimpleQueue[Task], events: queue.SimpleQueue[Event]) -> None:
    while True:
        try:
            task = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            events.put((task, hand.run(task, lambda step, task=task: events.put((task, step)))))  # type: ignore[misc]
        except TaskFailed as error:
            events.put((task, error))
        except Stopped:
            return
        except Exception as error:  # noqa: BLE001  # why: nobody would notice that this thread had ended
            events.put((task, TaskFailed(f"{task.place}: {error!r}")))


class ClusterError(Exception):
    """The cluster cannot be used; the text is one line for the user."""


def cluster(tasks: Sequence[Task], address: str) -> Iterator[Event]:
    """Do the tasks on a Dask cluster whose machines see the same files; yield how each ended.

    A task whose worker dies is done by another. TLS is set up as Dask's own configuration says.
    """
    try:
        from distributed import Client, as_completed  # here: without --cluster it need not be installed
    except ImportError:
        raise ClusterError("--cluster needs the extra: pip install 'newscrawl[cluster]'") from None
    try:
        client = Client(address, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(f"{address}: {error}") from None
    with client:
        futures = {client.submit(on_cluster, dataclasses.asdict(task), pure=False): task for task in tasks}
        for future in as_completed(list(futures), loop=client.loop):  # type: ignore[no-untyped-call]
            task = futures[future]
            if problem := future.exception():
                yield task, TaskFailed(f"{task.place}: {problem}")
            else:
                yield task, Done(**future.result())
            future.release()


_here = threading.local()


def on_cluster(task: dict[str, Any]) -> dict[str, Any]:
    """Do a task in a process beside this one, which belongs to Dask and must not die of a page."""
    if not hasattr(_here, "hand"):
        _here.hand = Hand()
        atexit.register(_here.hand.close)
    done: Done = _here.hand.run(Task(**task), lambda _: None)
    return dataclasses.asdict(done)
