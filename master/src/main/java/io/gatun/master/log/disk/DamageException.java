package io.gatun.master.log.disk;

/** Something that was on disk is there no longer; the message names file, place and rule. */
final class DamageException extends Exception {
    private static final long serialVersionUID = 1L;

    DamageException(String message) {
        super(message);
    }
}
