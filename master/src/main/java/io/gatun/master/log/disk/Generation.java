package io.gatun.master.log.disk;

/**
 * A generation that is being written, or was and is not closed yet.
 *
 * @param number its own
 * @param file its records
 */
record Generation(long number, QueueFile file) {}
