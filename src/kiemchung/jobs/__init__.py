"""The durable queue: work that must happen although processes are killed; it knows no domain.

`kiemchung.jobs.queue.enqueue` stores a job in the caller's transaction, `kiemchung.jobs.handlers.handler` says what
runs it, `kiemchung work` runs it. Delivery is at least once: a handler is idempotent, or writes inside
`Run.finishing()`.
"""
