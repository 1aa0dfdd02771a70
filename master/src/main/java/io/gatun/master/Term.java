package io.gatun.master;

import io.gatun.master.allocator.DrfAllocator;
import io.gatun.master.allocator.DrfConfig;
import io.gatun.master.runtime.EpochClock;
import io.gatun.master.runtime.StateThread;
import io.gatun.master.state.Ids;
import io.gatun.master.state.MasterState;
import io.gatun.master.state.StateConfig;
import io.gatun.mesos.v1.MasterInfo;
import java.time.Duration;
import java.util.OptionalLong;

/** Builds what leads from an election to a deposition. */
final class Term {
    private Term() {}

    /** What outlasts terms. */
    record Office(
            MasterFlags flags, MasterSettings settings, MasterInfo info, EpochClock clock, long startMs, Ids ids) {}

    /** Prepares a term; nothing happens before {@link StateThread#start}. */
    static StateThread of(Office office, StateThread.Outlets outlets, StateThread.Owner owner) {
        MasterState state = new MasterState(config(office), office.ids(), new DrfAllocator(allocation(office)));
        return new StateThread(state, outlets, office.clock(), owner);
    }

    private static StateConfig config(Office office) {
        MasterFlags flags = office.flags();
        MasterSettings settings = office.settings();
        return new StateConfig(
                office.info(),
                office.startMs(),
                office.clock().nowMs(),
                settings.allocationInterval().toMillis(),
                settings.agents(),
                settings.offerTimeout()
                        .map(Duration::toMillis)
                        .map(OptionalLong::of)
                        .orElseGet(OptionalLong::empty),
                settings.roles(),
                settings.weights(),
                flags.maxCompletedFrameworks,
                flags.maxCompletedTasksPerFramework,
                flags.maxUnreachableTasksPerFramework);
    }

    private static DrfConfig allocation(Office office) {
        return new DrfConfig(
                office.settings().weights(),
                office.settings().minAllocatable(),
                office.settings().allocationInterval().toMillis(),
                office.info().getId().hashCode());
    }
}
