package io.gatun.dist.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.agent.TaskExample;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Limits;
import io.gatun.mesos.codec.CodecException;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.v1.TaskInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A file with a Marathon app or a Mesos TaskInfo in JSON, read as the container that an agent would make of it. */
public final class LaunchFile {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final double MIN_MIB = 32;
    private static final double MIN_CPUS = 0.01;
    private static final long PIDS = 4096; // the agent's default, --container_pids_limit

    private LaunchFile() {}

    /**
     * Reads the file. A TaskInfo is told from an app by its {@code task_id}. The id and the sandbox are examples: an agent
     * chooses them at launch.
     *
     * @throws StartupException naming the file and what is wrong with it
     */
    public static ContainerConfig read(Path file, Path agentWorkDir) {
        try {
            byte[] text = Files.readAllBytes(file);
            JsonNode json = new ObjectMapper().readTree(text);
            Path sandbox = agentWorkDir.toAbsolutePath().resolve("sandbox");
            return json.has("task_id") ? task(text, sandbox, agentWorkDir) : app(json, sandbox);
        } catch (JsonProcessingException e) {
            throw unusable(file, "is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException | CodecException | IllegalArgumentException | UnsupportedOperationException e) {
            throw unusable(file, e.getMessage(), e);
        }
    }

    private static StartupException unusable(Path file, String why, Exception cause) {
        return new StartupException(file.toString(), why, "give a Marathon app or a Mesos TaskInfo as JSON", cause);
    }

    private static ContainerConfig app(JsonNode app, Path sandbox) {
        List<String> argv = app.path("args").valueStream().map(JsonNode::asText).toList();
        if (argv.isEmpty()) {
            argv = List.of("/bin/sh", "-c", app.path("cmd").asText());
        }
        if (!app.hasNonNull("cmd") && !app.hasNonNull("args")) {
            throw new IllegalArgumentException("has neither cmd nor args");
        }
        Map<String, String> environment = environment(sandbox);
        app.path("env").forEachEntry((name, value) -> environment.put(name, value.asText()));
        return config(
                argv,
                environment,
                sandbox,
                Optional.ofNullable(app.path("user").asText(null)),
                app.path("cpus").asDouble(1),
                app.path("mem").asDouble(128));
    }

    private static ContainerConfig task(byte[] text, Path sandbox, Path workDir) throws CodecException {
        TaskInfo.Builder task = TaskInfo.newBuilder();
        MesosJson.merge(text, task);
        return ImageStandIn.apply(TaskExample.of(task.build(), sandbox), workDir);
    }

    private static Map<String, String> environment(Path sandbox) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", PATH);
        environment.put("MESOS_SANDBOX", sandbox.toString());
        return environment;
    }

    private static ContainerConfig config(
            List<String> argv,
            Map<String, String> environment,
            Path sandbox,
            Optional<String> user,
            double cpus,
            double memoryMib) {
        // As the agent does with a task that asks for less than a launch needs.
        double atLeast = memoryMib == 0 ? 0 : Math.max(memoryMib, MIN_MIB);
        Limits limits = new Limits(cpus == 0 ? 0 : Math.max(cpus, MIN_CPUS), Math.round(atLeast * (1 << 20)), PIDS);
        return new ContainerConfig(
                "example",
                argv,
                environment,
                sandbox,
                user,
                limits,
                sandbox.resolve("stdout"),
                sandbox.resolve("stderr"));
    }
}
