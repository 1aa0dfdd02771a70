package io.gatun.agent;

import io.gatun.agent.store.RunPath;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.IoConfig;
import io.gatun.mesos.v1.Environment.Variable;
import io.gatun.mesos.v1.TaskInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The container that an agent without flags would make of a task, for those who only want to look at it. */
public final class TaskExample {
    private static final String ID = "example";
    private static final Path WORK_DIR = Path.of("/work_dir");
    private static final String IP = "127.0.0.1";

    private TaskExample() {}

    /**
     * Reads a task; nothing comes to be. Ids and addresses are examples, and secrets are not in it.
     *
     * @param sandbox absolute; need not exist
     * @throws IllegalArgumentException naming field, value and rule
     * @throws UnsupportedOperationException when it is well-formed, but such an agent cannot do it
     */
    public static ContainerConfig of(TaskInfo task, Path sandbox) {
        AgentFlags flags = new AgentFlags();
        TaskInfo shown = withoutSecrets(task);
        RunPath run = new RunPath(ID, ID, ID, ID);
        return new TaskContainer(shown, ContainerOptions.of(flags, WORK_DIR), IoConfig.DEFAULT, sandbox)
                .config(
                        run,
                        TaskEnvironment.of(shown, run, sandbox, IP, IP + ":" + flags.port),
                        Optional.of(task.getCommand().getUser()).filter(user -> !user.isEmpty()),
                        TaskLimits.of(shown, flags.containerPidsLimit, List.of()));
    }

    /** A plan shows the environment. */
    private static TaskInfo withoutSecrets(TaskInfo task) {
        TaskInfo.Builder shown = task.toBuilder();
        for (Variable.Builder variable :
                shown.getCommandBuilder().getEnvironmentBuilder().getVariablesBuilderList()) {
            if (variable.getType() == Variable.Type.SECRET) {
                variable.clearSecret().setType(Variable.Type.VALUE).setValue("<secret>");
            }
        }
        return shown.build();
    }
}
