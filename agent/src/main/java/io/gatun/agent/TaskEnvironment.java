package io.gatun.agent;

import io.gatun.agent.store.RunPath;
import io.gatun.mesos.v1.Environment;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.TaskInfo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The environment of a command task: what Mesos gives to one, and the task's own variables over it. */
final class TaskEnvironment {
    /** That of login.defs(5) for root; nothing is inherited from the agent. */
    static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private TaskEnvironment() {}

    /**
     * @param ip address of the agent
     * @param endpoint of the agent, ip:port
     */
    static Map<String, String> of(TaskInfo task, RunPath run, Path sandbox, String ip, String endpoint) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", PATH);
        environment.put("MESOS_SANDBOX", sandbox.toString());
        environment.put("MESOS_DIRECTORY", sandbox.toString());
        environment.put("MESOS_TASK_ID", task.getTaskId().getValue());
        environment.put("MESOS_FRAMEWORK_ID", run.frameworkId());
        environment.put("MESOS_EXECUTOR_ID", run.executorId());
        environment.put("MESOS_SLAVE_ID", run.agentId());
        environment.put("MESOS_SLAVE_PID", "slave(1)@" + endpoint);
        environment.put("MESOS_AGENT_ENDPOINT", endpoint);
        environment.put("MESOS_CONTAINER_IP", ip);
        task.getResourcesList().stream()
                .filter(Resource::hasAllocationInfo)
                .findFirst()
                .ifPresent(resource -> environment.put(
                        "MESOS_ALLOCATION_ROLE", resource.getAllocationInfo().getRole()));
        for (Environment.Variable variable : task.getCommand().getEnvironment().getVariablesList()) {
            environment.put(
                    variable.getName(),
                    variable.getType() == Environment.Variable.Type.SECRET
                            ? TaskImage.value(variable.getName(), variable.getSecret())
                            : variable.getValue());
        }
        return environment;
    }
}
