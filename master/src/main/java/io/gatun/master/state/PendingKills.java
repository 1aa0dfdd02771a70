package io.gatun.master.state;

import io.gatun.master.registry.Kind;
import io.gatun.master.registry.PendingKillRecord;
import io.gatun.master.registry.RegistryView;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.task.TaskStates;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.scheduler.Call;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Kills of tasks whose agents are away, for the registry's next leader, too. An agent is told each time that it comes back
 * with the task, until the task has ended: a kill that was lost on its way is not lost for good.
 */
final class PendingKills {
    private final World world;
    /** By {@link Kind#taskKey}. */
    private final Map<String, PendingKillRecord> kills = new LinkedHashMap<>();

    PendingKills(World world) {
        this.world = world;
    }

    /** Before tasks are recovered. */
    void recover(RegistryView registry) {
        Map<String, PendingKillRecord> known = registry.pendingKills();
        if (known.isEmpty()) {
            return; // all tasks are not to be decoded for nothing
        }
        Map<String, ?> tasks = registry.tasks();
        known.forEach((key, kill) -> {
            if (tasks.containsKey(key)) {
                kills.put(key, kill);
            } else {
                // The release before this one ends tasks without knowing of kills.
                world.out.persist(Records.killForgotten(key));
            }
        });
    }

    /** The agent that has the task is to be told when it is back. */
    void add(Framework framework, Call.Kill kill) {
        PendingKillRecord.Builder record = PendingKillRecord.newBuilder();
        if (kill.hasKillPolicy()) {
            record.setKillPolicy(kill.getKillPolicy());
        }
        String taskId = kill.getTaskId().getValue();
        PendingKillRecord wanted = record.build();
        if (!wanted.equals(kills.put(Kind.taskKey(framework.id, taskId), wanted))) {
            world.out.persist(Records.killPending(framework.id, taskId, wanted));
        }
    }

    /** The agent is back with this task. */
    void tell(Agent agent, Task task) {
        PendingKillRecord kill = kills.get(key(task));
        if (kill != null && !TaskStates.terminal(task.getState())) {
            Call.Kill.Builder call = Call.Kill.newBuilder().setTaskId(task.getTaskId());
            if (kill.hasKillPolicy()) {
                call.setKillPolicy(kill.getKillPolicy());
            }
            world.out.agent(agent, event(task.getFrameworkId(), call.build()));
        }
    }

    /** What an agent is told of a call. */
    static AgentEvent event(FrameworkID framework, Call.Kill kill) {
        TaskID task = kill.getTaskId();
        AgentEvent.KillTask.Builder event =
                AgentEvent.KillTask.newBuilder().setFrameworkId(framework).setTaskId(task);
        if (kill.hasKillPolicy()) {
            event.setKillPolicy(kill.getKillPolicy());
        }
        return AgentEvent.newBuilder()
                .setType(AgentEvent.Type.KILL_TASK)
                .setKillTask(event)
                .build();
    }

    /** The task has ended, and nobody is left to be told: nothing is to be known of it any more. */
    void taskForgotten(Task task) {
        world.out.persist(Records.taskForgotten(task, kills.remove(key(task)) != null));
    }

    private static String key(Task task) {
        return Kind.taskKey(task.getFrameworkId().getValue(), task.getTaskId().getValue());
    }
}
