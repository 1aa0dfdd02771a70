package io.gatun.mesos.client;

import java.nio.charset.StandardCharsets;

/**
 * The answer to a call.
 *
 * @param status HTTP status
 * @param body whole body; not to be modified
 * @param location the {@code Location} header; null if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // compared by no one; a copy per call would only cost
public record CallResult(int status, byte[] body, String location) {
    /** Whether the status is 2xx. */
    public boolean ok() {
        return status / 100 == 2;
    }

    /** The body as text, which is how errors come. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
