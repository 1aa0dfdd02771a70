package io.gatun.mesos.client;

import java.io.IOException;
import java.net.URI;

/** A server refused to stream: any final status but 200. The message has endpoint, status and the server's text. */
public final class UnexpectedStatusException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String body;

    UnexpectedStatusException(URI endpoint, int status, String body) {
        super("POST " + endpoint + ": status " + status + (body.isBlank() ? "" : ": " + body.strip()));
        this.status = status;
        this.body = body;
    }

    public int status() {
        return status;
    }

    /** The body's first 64 KiB. */
    public String body() {
        return body;
    }
}
