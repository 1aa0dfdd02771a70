package io.gatun.agent.store;

/**
 * Names one run of an executor on an agent; all directories of it follow from this ({@link Layout}).
 *
 * @param agentId Mesos' slave id
 * @param frameworkId of the framework that launched it
 * @param executorId equals the task id for a command task
 * @param containerId new for every run
 */
public record RunPath(String agentId, String frameworkId, String executorId, String containerId) {
    public RunPath {
        requireComponent("agent_id", agentId);
        requireComponent("framework_id", frameworkId);
        requireComponent("executor_id", executorId);
        requireComponent("container_id", containerId);
    }

    /**
     * The rule for ids (Mesos, src/common/validation.cpp): they become names of directories.
     *
     * @return whether {@code id} has 1 to 255 characters, is not {@code .} or {@code ..}, and holds no slash, backslash
     *     or control character
     */
    public static boolean isComponent(String id) {
        return !id.isEmpty()
                && id.length() <= 255
                && !".".equals(id)
                && !"..".equals(id)
                && id.chars().noneMatch(c -> c == '/' || c == '\\' || c < ' ' || c == 0x7f);
    }

    private static void requireComponent(String field, String id) {
        if (!isComponent(id)) {
            throw new IllegalArgumentException(field + "=" + id
                    + ": must be 1 to 255 characters, not . or .., without slash, backslash and control characters");
        }
    }
}
