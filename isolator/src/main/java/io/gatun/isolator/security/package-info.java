/** What a task may do: the {@code linux/*} and {@code posix/rlimits} isolators. */
package io.gatun.isolator.security;
