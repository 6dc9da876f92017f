"""Reads a page by its pieces, most of which were read before, on another page.

The pages of a site share their frame, and often their words. A page is cut
where a line ends with a tag; what a piece says depends on the elements that it
stands in, so each state of open elements knows the pieces that were met in it,
what they say, and the state that they lead to. A piece that is met a second
time is kept. What `markup` can't read goes to the parser.
"""

import re
from typing import NamedTuple

from .gathered import Gathered
from .markup import CLOSED, Irregular, Stack, follow
from .settle import HERE, Piece

_HERE, _SIGN = HERE.encode(), b"\x7f"
_ADDRESS = re.compile(r"https?://[\w.:/-]+", re.ASCII)
"""An address that is written in one way only."""
_END = b">\n"
"""Where a page is cut: each piece but the last stands for a text that ends so."""
_PART = re.compile(rb">\n\n")
"""Where it is cut first, as larger parts take less time if they are known."""
_LONGEST = 200_000
"""bytes of a tag, a text or a comment that goes over several pieces, at most."""
_KEPT = 32_000_000
"""bytes of pieces that are kept; after that they are forgotten, and it begins anew."""
_MET = 500_000
"""pieces that are remembered as met, at most."""
_NEW = 0.3
"""Share of a page in pieces that are not known, above which a parser is faster."""
_PATIENCE = 100
"""After so many pages that the parser had to read, more than others, all go there at once."""


class Read(NamedTuple):
    """A page that was read by its pieces."""

    known: list[Piece]
    own: Gathered  # what the page says in other pieces


class _State(dict[bytes, "tuple[Piece | None, _State]"]):
    """The elements that are open, and what is known of pieces within them: what they say, and the state after."""

    __slots__ = ("begun", "open", "parts", "wanted")

    def __init__(self, open_: Stack, begun: bytes = b"", wanted: bytes = b"") -> None:
        super().__init__()
        self.open = open_
        self.parts: dict[bytes, tuple[Piece | None, _State]] = {}  # the same of parts, which are several pieces
        self.begun, self.wanted = begun, wanted  # what is not finished, and what must come to finish it


class _Found:
    """What is found of a page while it is read."""

    __slots__ = ("fresh", "known", "own", "run")

    def __init__(self) -> None:
        self.known: list[Piece] = []
        self.run: list[Piece] = []  # what is known since the last piece that was not
        self.fresh = 0  # how many were not
        self.own = Gathered()


class Reader:
    """Reads the pages of one site, and gets to know their pieces."""

    def __init__(self) -> None:
        self._patience = _PATIENCE
        self._states: dict[Stack, _State] = {}
        self.forget()

    def forget(self) -> None:
        """Free the memory of what was got to know."""
        for state in self._states.values():  # they lead to each other, which would keep them
            state.clear()
            state.parts.clear()
        self.size = 0  # bytes of pieces that are kept
        self._kept: set[bytes] = set()
        self.met: set[int] = set()  # hashes of pieces and runs that were met
        self._first = _State(())
        self._runs: dict[tuple[Piece, ...], Piece] = {}
        self._states = {(): self._first}

    def read(self, data: bytes, address: str) -> Read | None:
        """What a page at an address says; None if it takes a parser to find out.

        In what it says, `HERE` stands for that address: else each page would
        have its own head, which names it time and again.
        """
        if self._patience < 0:
            return None
        odd = b"\r" in data or b"\0" in data or _SIGN in data or data[:1] == b"\xef"
        found = None if odd else self._read(data, address.encode() if _ADDRESS.fullmatch(address) else _SIGN)
        self._patience = min(self._patience + 1, _PATIENCE) if found else self._patience - 1
        return found

    def _read(self, data: bytes, address: bytes) -> Read | None:
        *parts, last = _PART.split(data)
        limit = len(data) * _NEW
        state, found, tried = self._first, _Found(), False
        try:
            for at, part in enumerate(parts):
                step = state.parts.get(part)
                if step is None:
                    part = part.replace(address, _HERE)
                    step = state.parts.get(part)
                if step is not None:
                    said, state = step
                    if said is not None:
                        found.run.append(said)
                elif not tried and self._are_new([*parts[at:], last], address, limit):
                    return None
                else:
                    tried = True
                    state = self._part(state, part, found)
            if not tried and self._are_new([last], address, limit):
                return None
            *pieces, end = last.replace(address, _HERE).split(_END)
            for piece in pieces:
                state = self._piece(state, piece, found)
            open_, rest, _ = follow((state.begun + end).decode(), state.open, found.own)
        except (Irregular, UnicodeDecodeError):
            return None
        self._join(found)
        return Read(found.known, found.own) if open_ == CLOSED and not rest else None

    def _are_new(self, parts: list[bytes], address: bytes, limit: float) -> bool:
        """Whether so many bytes are in pieces that were never met; from now on they are."""
        kept, met = self._kept, self.met
        unknown = (part.replace(address, _HERE) for part in parts if part not in kept)
        new = [
            piece
            for part in unknown
            if part not in kept
            for piece in part.split(_END)
            if piece not in kept and hash(piece) not in met
        ]
        if sum(map(len, new)) < limit:
            return False
        met.update(map(hash, new))
        return True

    def _part(self, state: "_State", part: bytes, found: "_Found") -> "_State":
        """Read a part by its pieces, and keep what they say together once all are known."""
        after, said, fresh = state, len(found.run), found.fresh
        for piece in part.split(_END):
            after = self._piece(after, piece, found)
        if after.begun:
            return _State(after.open, after.begun + b"\n", after.wanted)
        if found.fresh == fresh:
            state.parts[part] = (Piece.of(found.run[said:]) or None, after)
            self._keep(part)
        return after

    def _piece(self, state: "_State", piece: bytes, found: "_Found") -> "_State":
        step = state.get(piece)
        if step is None:
            self._join(found)
            found.fresh += 1
            step = self._learn(state, piece, found.own)
        if step[0] is not None:
            found.run.append(step[0])
        return step[1]

    def _join(self, found: "_Found") -> None:
        """End a run of what is known; it is one piece if it was met before."""
        run = found.run
        if len(run) > 1:
            key = tuple(run)
            if key not in self._runs and hash(key) in self.met:
                self._runs[key] = Piece.of(run)
            self.met.add(hash(key))
            run = [self._runs[key]] if key in self._runs else run
        found.known.extend(run)
        found.run.clear()

    def _learn(self, state: _State, piece: bytes, own: Gathered) -> "tuple[Piece | None, _State]":
        """Read a piece for the first or second time; `Irregular` if it can't be."""
        name = hash(piece)
        keep = name in self.met
        self.met.add(name)
        found = Gathered() if keep else own
        whole = state.begun + piece + _END
        if state.wanted and state.wanted not in piece + _END:
            after = _State(state.open, whole, state.wanted)
        else:
            open_, rest, wanted = follow(whole.decode(), state.open, found)
            if _HERE in whole and any(
                HERE in each for each in (*found.ids, *found.names, *(row.value for row in found.by_id))
            ):
                raise Irregular
            after = _State(open_, rest.encode(), wanted.encode()) if rest else self._state(open_)
        if len(after.begun) > _LONGEST:
            raise Irregular
        step = ((Piece(found) or None) if keep else None, after)
        if keep:
            state[piece] = step
            self._keep(piece)
        if len(self.met) > _MET:
            self.met.clear()
        return step

    def _keep(self, piece: bytes) -> None:
        self._kept.add(piece)
        self.size += len(piece)
        if self.size > _KEPT:
            self.forget()

    def _state(self, open_: Stack) -> _State:
        if open_ not in self._states:
            self._states[open_] = _State(open_)
        return self._states[open_]
