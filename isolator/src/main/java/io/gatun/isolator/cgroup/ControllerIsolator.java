package io.gatun.isolator.cgroup;

import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Row;
import java.util.List;

/** One kind of limit at a launch: what a new cgroup does not say by itself is written. */
public final class ControllerIsolator implements Isolator {
    private final Controller controller;

    /** For one of {@link Controllers#ALL}. */
    public ControllerIsolator(Controller controller) {
        this.controller = controller;
    }

    @Override
    public List<Row> rows(LaunchContext launch) {
        return List.copyOf(Controllers.first(
                controller,
                launch.config().id(),
                launch.config().limits(),
                launch.host().cgroups()));
    }

    @Override
    public List<String> problems(LaunchContext launch) {
        return controller.problems(launch.config().limits(), launch.host().cgroups());
    }
}
