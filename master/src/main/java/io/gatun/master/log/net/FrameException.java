package io.gatun.master.log.net;

import java.io.IOException;

/** What came is no frame, or not as it was sent: the connection cannot be used any longer. */
final class FrameException extends IOException {
    private static final long serialVersionUID = 1;

    FrameException(String message) {
        super(message);
    }
}
