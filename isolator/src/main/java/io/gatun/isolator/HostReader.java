package io.gatun.isolator;

import java.util.List;

/** An isolator whose steps or problems depend on the host's files, which change at any time. */
public interface HostReader extends Isolator {
    /**
     * Which files are missing without which the container cannot be launched, one line each, naming field, value and rule.
     * {@link #problems} are all others.
     */
    List<String> missing(LaunchContext launch);

    /** What it found on the host for a container without volumes: while that is equal, the steps are the same. */
    Object found(LaunchContext launch);
}
