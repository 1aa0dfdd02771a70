package io.gatun.isolator;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What a container is to be; validated by its constructor.
 *
 * @param id names the container, its cgroups and its checkpoint: 1 to 200 of {@code A-Z a-z 0-9 . _ -}, not starting
 *     with a dot; of a nested container the id of its parent, a dot, and a name without one
 * @param parent the container that this one is nested in, whose network and IPC it shares and with which it ends
 * @param argv the program and its arguments; {@code argv[0]} without a slash is looked up in the PATH of
 *     {@code environment}; empty for the entrypoint of the image
 * @param environment the whole environment: nothing is inherited from the agent
 * @param sandbox absolute; the working directory of the task, which must exist
 * @param user a name of /etc/passwd or a number, and with a colon a group of /etc/group or its number: {@code www},
 *     {@code www:www}, {@code 33:33}; empty for the agent's own user, or that of the image
 * @param limits what the container may use at most
 * @param stdout absolute; created, then appended to
 * @param stderr absolute; created, then appended to; may equal {@code stdout}
 * @param io terminal, input
 * @param filesystem root, volumes
 * @param namespaces host name, what is shared
 * @param privileges capabilities and what limits system calls
 * @param network host, none, bridge or networks by name
 * @param engine empty for a container of ours; else a Docker Engine runs it
 * @param secrets names in {@code environment} whose values are never printed; Mesos' environment_secret
 */
public record ContainerConfig(
        String id,
        Optional<String> parent,
        List<String> argv,
        Map<String, String> environment,
        Path sandbox,
        Optional<String> user,
        Limits limits,
        Path stdout,
        Path stderr,
        IoConfig io,
        Filesystem filesystem,
        NamespaceConfig namespaces,
        Privileges privileges,
        NetworkConfig network,
        Optional<EngineConfig> engine,
        Set<String> secrets) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");
    private static final Pattern USER = Pattern.compile("[^:\\n\\x00]+(:[^:\\n\\x00]+)?");

    public ContainerConfig {
        requireId(id);
        parent.ifPresent(ContainerConfig::requireId);
        Objects.requireNonNull(io, "io");
        Objects.requireNonNull(filesystem, "filesystem");
        Objects.requireNonNull(namespaces, "namespaces");
        Objects.requireNonNull(privileges, "privileges");
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(engine, "engine");
        argv = List.copyOf(argv);
        if (argv.isEmpty() ? filesystem.image().isEmpty() : argv.getFirst().isEmpty()) {
            throw invalid(id, "argv", argv, "must name a program");
        }
        for (String argument : argv) {
            requireNoNul(id, "argv", argument);
        }
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        Set<String> hidden = Set.copyOf(secrets);
        secrets = hidden;
        environment.forEach((name, value) -> {
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw invalid(id, "environment", name, "a name must not be empty or contain '='");
            }
            requireNoNul(id, "environment", name);
            if (value.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("container " + id + ": environment." + name
                        + (hidden.contains(name) ? "" : "=" + value.replace("\0", "\\0")) + ": must not contain NUL");
            }
        });
        requireAbsolute(id, "sandbox", sandbox);
        requireAbsolute(id, "stdout", stdout);
        requireAbsolute(id, "stderr", stderr);
        user.ifPresent(name -> {
            if (!USER.matcher(name).matches()) {
                throw invalid(id, "user", name, "must be USER or USER:GROUP, each a name or a number");
            }
        });
        Objects.requireNonNull(limits, "limits");
    }

    /** Without secrets in the environment. */
    public ContainerConfig(
            String id,
            Optional<String> parent,
            List<String> argv,
            Map<String, String> environment,
            Path sandbox,
            Optional<String> user,
            Limits limits,
            Path stdout,
            Path stderr,
            IoConfig io,
            Filesystem filesystem,
            NamespaceConfig namespaces,
            Privileges privileges,
            NetworkConfig network,
            Optional<EngineConfig> engine) {
        this(
                id,
                parent,
                argv,
                environment,
                sandbox,
                user,
                limits,
                stdout,
                stderr,
                io,
                filesystem,
                namespaces,
                privileges,
                network,
                engine,
                Set.of());
    }

    /** A container with the host's files and network, nested if its id says so, and nothing out of the ordinary. */
    public ContainerConfig(
            String id,
            List<String> argv,
            Map<String, String> environment,
            Path sandbox,
            Optional<String> user,
            Limits limits,
            Path stdout,
            Path stderr) {
        this(
                id,
                parentOf(id),
                argv,
                environment,
                sandbox,
                user,
                limits,
                stdout,
                stderr,
                IoConfig.DEFAULT,
                Filesystem.DEFAULT,
                NamespaceConfig.DEFAULT,
                Privileges.DEFAULT,
                NetworkConfig.HOST,
                Optional.empty());
    }

    /**
     * The rule for container ids: they become names of directories and cgroups.
     *
     * @return {@code id}
     * @throws IllegalArgumentException when it breaks the rule
     */
    public static String requireId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "container id=" + id + ": must be 1 to 200 of A-Z a-z 0-9 . _ - and not start with a dot");
        }
        return id;
    }

    /** What can differ in a copy. */
    private static final class Parts {
        Optional<String> parent;
        List<String> argv;
        Map<String, String> environment;
        Optional<String> user;
        Limits limits;
        IoConfig io;
        Filesystem filesystem;
        NamespaceConfig namespaces;
        Privileges privileges;
        NetworkConfig network;
        Optional<EngineConfig> engine;
        Set<String> secrets;

        Parts(ContainerConfig from) {
            parent = from.parent;
            argv = from.argv;
            environment = from.environment;
            user = from.user;
            limits = from.limits;
            io = from.io;
            filesystem = from.filesystem;
            namespaces = from.namespaces;
            privileges = from.privileges;
            network = from.network;
            engine = from.engine;
            secrets = from.secrets;
        }
    }

    private ContainerConfig changed(Consumer<Parts> change) {
        Parts parts = new Parts(this);
        change.accept(parts);
        return new ContainerConfig(
                id,
                parts.parent,
                parts.argv,
                parts.environment,
                sandbox,
                parts.user,
                parts.limits,
                stdout,
                stderr,
                parts.io,
                parts.filesystem,
                parts.namespaces,
                parts.privileges,
                parts.network,
                parts.engine,
                parts.secrets);
    }

    /** The same with another parent. */
    public ContainerConfig withParent(Optional<String> newParent) {
        return changed(parts -> parts.parent = newParent);
    }

    /** The same with another program. */
    public ContainerConfig withArgv(List<String> newArgv) {
        return changed(parts -> parts.argv = newArgv);
    }

    /** The same with another environment. */
    public ContainerConfig withEnvironment(Map<String, String> newEnvironment) {
        return changed(parts -> parts.environment = newEnvironment);
    }

    /** The same with another user. */
    public ContainerConfig withUser(Optional<String> newUser) {
        return changed(parts -> parts.user = newUser);
    }

    /** The same with other limits. */
    public ContainerConfig with(Limits newLimits) {
        return changed(parts -> parts.limits = newLimits);
    }

    /** The same with other streams. */
    public ContainerConfig with(IoConfig newIo) {
        return changed(parts -> parts.io = newIo);
    }

    /** The same with other files. */
    public ContainerConfig with(Filesystem newFilesystem) {
        return changed(parts -> parts.filesystem = newFilesystem);
    }

    /** The same with other namespaces. */
    public ContainerConfig with(NamespaceConfig newNamespaces) {
        return changed(parts -> parts.namespaces = newNamespaces);
    }

    /** The same with other privileges. */
    public ContainerConfig with(Privileges newPrivileges) {
        return changed(parts -> parts.privileges = newPrivileges);
    }

    /** The same with another network. */
    public ContainerConfig with(NetworkConfig newNetwork) {
        return changed(parts -> parts.network = newNetwork);
    }

    /** The same, with variables of the environment whose values are never printed. */
    public ContainerConfig withSecrets(Set<String> names) {
        return changed(parts -> parts.secrets = names);
    }

    /** The environment as it may be printed. */
    public Map<String, String> shownEnvironment() {
        Map<String, String> shown = new LinkedHashMap<>(environment);
        shown.replaceAll((name, value) -> secrets.contains(name) ? "<secret>" : value);
        return shown;
    }

    /** Its text has no secrets in it. */
    @Override
    public String toString() {
        return "ContainerConfig[id=" + id + ", parent=" + parent + ", argv=" + argv + ", environment="
                + shownEnvironment() + ", sandbox=" + sandbox + ", user=" + user + ", limits=" + limits + ", stdout="
                + stdout + ", stderr=" + stderr + ", io=" + io + ", filesystem=" + filesystem + ", namespaces="
                + namespaces + ", privileges=" + privileges + ", network=" + network + ", engine=" + engine + "]";
    }

    /** The same, run by a Docker Engine. */
    public ContainerConfig with(EngineConfig newEngine) {
        return changed(parts -> parts.engine = Optional.of(newEngine));
    }

    /** The container that one of this id is nested in. */
    public static Optional<String> parentOf(String id) {
        int dot = id.lastIndexOf('.');
        return dot < 0 ? Optional.empty() : Optional.of(id.substring(0, dot));
    }

    private static void requireAbsolute(String id, String field, Path path) {
        if (!path.isAbsolute()) {
            throw invalid(id, field, path, "must be absolute");
        }
    }

    private static void requireNoNul(String id, String field, String value) {
        if (value.indexOf('\0') >= 0) {
            throw invalid(id, field, value.replace("\0", "\\0"), "must not contain NUL");
        }
    }

    private static IllegalArgumentException invalid(String id, String field, Object value, String rule) {
        return new IllegalArgumentException("container " + id + ": " + field + "=" + value + ": " + rule);
    }
}
