package io.gatun.containerizer;

import java.nio.file.Path;

/**
 * A container that was launched.
 *
 * @param id the name it was launched with
 * @param pid of its init, in the agent's pid namespace
 * @param sandbox the working directory of its task
 * @param startedEpochSeconds when its task's program was executed, seconds since 1970
 */
public record Container(String id, long pid, Path sandbox, double startedEpochSeconds) {}
