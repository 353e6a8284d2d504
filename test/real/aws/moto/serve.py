"""moto with what it lacks, on a free port of the loopback; says which on stdout, and ends with its stdin."""

import importlib
import json
import pathlib
import sys
import threading

from werkzeug.serving import make_server

PARTS = sorted(path.stem for path in pathlib.Path(__file__).parent.glob("part_*.py"))


def main() -> None:
    # Before the app is made: it compiles the paths of the services once.
    parts = [importlib.import_module(name) for name in PARTS]
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )

    app = DomainDispatcherApplication(create_backend_app)
    for part in parts:
        if hasattr(part, "wrap"):
            app = part.wrap(app)

    class Quiet(MotoRequestHandler):
        def log_request(self, code="-", size="-"):
            pass

    server = make_server("127.0.0.1", 0, app, True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
