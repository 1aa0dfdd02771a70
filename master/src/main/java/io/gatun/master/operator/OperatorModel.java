package io.gatun.master.operator;

import io.gatun.master.state.FrameworkView;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.master.state.OperatorEvents;
import io.gatun.mesos.v1.master.Response.GetAgents;
import io.gatun.mesos.v1.master.Response.GetExecutors;
import io.gatun.mesos.v1.master.Response.GetFrameworks;
import io.gatun.mesos.v1.master.Response.GetMaster;
import io.gatun.mesos.v1.master.Response.GetState;
import io.gatun.mesos.v1.master.Response.GetTasks;
import java.util.stream.Stream;

/** Snapshots as the operator API's messages. Pure: the same snapshot gives the same message. */
public final class OperatorModel {
    private OperatorModel() {}

    /** The whole state, as GET_STATE and SUBSCRIBED tell it. */
    public static GetState state(MasterSnapshot snapshot) {
        return GetState.newBuilder()
                .setGetTasks(tasks(snapshot))
                .setGetExecutors(executors())
                .setGetFrameworks(frameworks(snapshot))
                .setGetAgents(agents(snapshot))
                .build();
    }

    /** Tasks of all frameworks, those of completed ones included. */
    public static GetTasks tasks(MasterSnapshot snapshot) {
        GetTasks.Builder tasks = GetTasks.newBuilder();
        for (FrameworkView framework : everyFramework(snapshot)) {
            tasks.addAllTasks(framework.tasks());
            tasks.addAllUnreachableTasks(framework.unreachableTasks());
            tasks.addAllCompletedTasks(framework.completedTasks());
        }
        return tasks.build();
    }

    /**
     * None: a command task's executor is its agent's own affair, which Mesos' master does not list either, and this
     * master launches no others.
     */
    public static GetExecutors executors() {
        return GetExecutors.getDefaultInstance();
    }

    /** Frameworks, the completed ones apart. */
    public static GetFrameworks frameworks(MasterSnapshot snapshot) {
        GetFrameworks.Builder frameworks = GetFrameworks.newBuilder();
        snapshot.frameworks().forEach(view -> frameworks.addFrameworks(OperatorEvents.framework(view)));
        snapshot.completedFrameworks()
                .forEach(view -> frameworks.addCompletedFrameworks(OperatorEvents.framework(view)));
        return frameworks.build();
    }

    /** Agents, those not back since the election apart. */
    public static GetAgents agents(MasterSnapshot snapshot) {
        GetAgents.Builder agents = GetAgents.newBuilder();
        snapshot.agents().forEach(view -> agents.addAgents(OperatorEvents.agent(view)));
        return agents.addAllRecoveredAgents(snapshot.recoveredAgents()).build();
    }

    /** This master. */
    public static GetMaster master(MasterSnapshot snapshot) {
        return GetMaster.newBuilder()
                .setMasterInfo(snapshot.master())
                .setStartTime(snapshot.startTime())
                .setElectedTime(snapshot.electedTime())
                .build();
    }

    static Iterable<FrameworkView> everyFramework(MasterSnapshot snapshot) {
        return (Iterable<FrameworkView>)
                () -> Stream.concat(snapshot.frameworks().stream(), snapshot.completedFrameworks().stream())
                        .iterator();
    }
}
