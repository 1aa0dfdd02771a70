package io.gatun.agent.store;

import java.nio.file.Path;

/**
 * Where everything lies below an agent's {@code --work_dir}, as Mesos has it (src/slave/paths.hpp):
 *
 * <pre>
 * slaves/&lt;agent&gt;/frameworks/&lt;framework&gt;/executors/&lt;executor&gt;/runs/&lt;container&gt;      sandbox
 *                                                             .../latest           link to the newest run
 * meta/boot_id
 * meta/resources/resources.info
 * meta/slaves/latest                                                              link to the agent's id
 * meta/slaves/&lt;agent&gt;/slave.info
 * meta/slaves/&lt;agent&gt;/frameworks/&lt;framework&gt;/framework.info
 * meta/slaves/&lt;agent&gt;/frameworks/&lt;framework&gt;/executors/&lt;executor&gt;/runs/&lt;container&gt;/tasks/&lt;task&gt;/
 *     task.info  task.updates  task.kill
 * </pre>
 *
 * Volumes are {@link VolumeDirectories}' part. The formats of the files are our own ({@link RecordFormat}).
 *
 * @param workDir absolute
 */
public record Layout(Path workDir) {
    public static final String LATEST = "latest";

    public Layout {
        if (!workDir.isAbsolute()) {
            throw new IllegalArgumentException("work_dir=" + workDir + ": must be absolute");
        }
        workDir = workDir.normalize();
    }

    /** The parent of all sandboxes, by agent id. */
    public Path sandboxes() {
        return workDir.resolve("slaves");
    }

    /** The directory that a task is started in. */
    public Path sandbox(RunPath run) {
        return runs(run).resolve(run.containerId());
    }

    /** The directory of all runs of an executor, with the link {@link #LATEST}. */
    public Path runs(RunPath run) {
        return below(sandboxes(), run.agentId(), run.frameworkId())
                .resolve("executors")
                .resolve(run.executorId())
                .resolve("runs");
    }

    Path meta() {
        return workDir.resolve("meta");
    }

    Path bootId() {
        return meta().resolve("boot_id");
    }

    /** Not below an agent's id: volumes outlive it. */
    Path resources() {
        return meta().resolve("resources").resolve("resources.info");
    }

    Path metaAgents() {
        return meta().resolve("slaves");
    }

    Path agentInfo(String agentId) {
        return metaAgents().resolve(agentId).resolve("slave.info");
    }

    Path metaFramework(String agentId, String frameworkId) {
        return below(metaAgents(), agentId, frameworkId);
    }

    Path frameworkInfo(String agentId, String frameworkId) {
        return metaFramework(agentId, frameworkId).resolve("framework.info");
    }

    Path metaExecutor(RunPath run) {
        return metaFramework(run.agentId(), run.frameworkId())
                .resolve("executors")
                .resolve(run.executorId());
    }

    Path metaTask(RunPath run, String taskId) {
        return metaExecutor(run)
                .resolve("runs")
                .resolve(run.containerId())
                .resolve("tasks")
                .resolve(taskId);
    }

    private static Path below(Path agents, String agentId, String frameworkId) {
        return agents.resolve(agentId).resolve("frameworks").resolve(frameworkId);
    }
}
