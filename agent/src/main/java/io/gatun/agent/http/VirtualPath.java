package io.gatun.agent.http;

import io.gatun.agent.store.Layout;
import io.gatun.agent.store.RunPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A path as /files takes it: a sandbox by its absolute path, or {@code /frameworks/F/executors/E/runs/R}, R a container id or
 * {@code latest}, and what lies below (src/slave/slave.cpp attaches these names). Nothing else has a name here.
 *
 * @param run the sandbox
 * @param inside names below it, none for the sandbox itself
 */
record VirtualPath(RunPath run, List<String> inside) {
    /** Components from "frameworks" on to the run. */
    private static final int RUN_COMPONENTS = 6;

    /**
     * Takes a path apart.
     *
     * @param agentId of this agent, which the short form means
     * @throws HttpProblem 400 for a malformed path, 404 for one that names no sandbox
     */
    static VirtualPath parse(Layout layout, String agentId, String path) {
        if (path == null || path.isEmpty()) {
            throw new HttpProblem(400, "Expecting 'path=value' in query.");
        }
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        String sandboxes = layout.sandboxes() + "/";
        List<String> components;
        String agent = agentId;
        if (trimmed.startsWith(sandboxes)) {
            List<String> all = components(path, trimmed.substring(sandboxes.length()));
            agent = all.getFirst();
            components = all.subList(1, all.size());
        } else if (trimmed.startsWith("/frameworks/")) {
            components = components(path, trimmed.substring(1));
        } else {
            throw notFound(path);
        }
        if (components.size() < RUN_COMPONENTS
                || !components.get(0).equals("frameworks")
                || !components.get(2).equals("executors")
                || !components.get(4).equals("runs")) {
            throw notFound(path);
        }
        RunPath named = run(path, agent, components.get(1), components.get(3), components.get(5));
        return new VirtualPath(
                newest(layout, named, path), List.copyOf(components.subList(RUN_COMPONENTS, components.size())));
    }

    private static List<String> components(String path, String relative) {
        List<String> components = Arrays.asList(relative.split("/", -1));
        if (!components.stream().allMatch(VirtualPath::isName)) {
            throw new HttpProblem(400, "Invalid path '" + path + "': components must not be empty, . or ..");
        }
        return components;
    }

    private static boolean isName(String component) {
        return !component.isEmpty()
                && !".".equals(component)
                && !"..".equals(component)
                && component.indexOf('\0') < 0
                && component.length() <= 255;
    }

    private static RunPath run(String path, String agent, String framework, String executor, String container) {
        try {
            return new RunPath(agent, framework, executor, container);
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(400, "Invalid path '" + path + "': " + e.getMessage());
        }
    }

    private static RunPath newest(Layout layout, RunPath named, String path) {
        if (!named.containerId().equals(Layout.LATEST)) {
            return named;
        }
        Path link = layout.runs(named).resolve(Layout.LATEST);
        try {
            String target = Files.readSymbolicLink(link).toString();
            if (!RunPath.isComponent(target)) {
                throw new HttpProblem(403, "'" + path + "' leads out of its sandbox");
            }
            return new RunPath(named.agentId(), named.frameworkId(), named.executorId(), target);
        } catch (NoSuchFileException | NotLinkException e) {
            throw notFound(path);
        } catch (IOException e) {
            throw new HttpProblem(500, "read link " + link + ": " + e);
        }
    }

    static HttpProblem notFound(String path) {
        return new HttpProblem(404, "'" + path + "' is not found");
    }
}
