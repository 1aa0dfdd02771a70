package io.gatun.agent;

import io.gatun.isolator.Image;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.ContainerInfo;
import io.gatun.mesos.v1.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a task runs: its image, and the program where the image does not say.
 *
 * @param image empty for the host's files
 * @param argv empty for the entrypoint of the image
 */
record TaskImage(Optional<Image> image, List<String> argv) {
    /**
     * From the task.
     *
     * @param docker whether a Docker Engine is to run it; the container's type says DOCKER even where there is no container
     * @throws IllegalArgumentException naming field, value and rule
     */
    static TaskImage of(CommandInfo command, ContainerInfo container, boolean docker) {
        Optional<Image> image = image(container, docker);
        boolean named = command.hasValue() && !command.getValue().isEmpty();
        if (command.getShell() && named) {
            return new TaskImage(image, List.of("/bin/sh", "-c", command.getValue()));
        }
        if (image.isEmpty()) {
            if (!named) {
                throw new IllegalArgumentException("command.value='': must be present without an image");
            }
            return new TaskImage(image, argv(command));
        }
        if (docker) {
            return new TaskImage(image.map(known -> with(known, dockerArguments(command, named))), List.of());
        }
        if (named) {
            return new TaskImage(image, argv(command));
        }
        return new TaskImage(image.map(known -> with(known, command.getArgumentsList())), List.of());
    }

    /**
     * Without a shell the value is the program and the arguments are its whole argv, the first of them included: by
     * convention it repeats the program's name (mesos.proto, CommandInfo.arguments).
     */
    private static List<String> argv(CommandInfo command) {
        List<String> argv = new ArrayList<>();
        argv.add(command.getValue());
        command.getArgumentsList().stream().skip(1).forEach(argv::add);
        return argv;
    }

    /** As {@code docker run IMAGE VALUE ARGUMENTS}: all of it goes to the image's entrypoint (src/docker/docker.cpp). */
    private static List<String> dockerArguments(CommandInfo command, boolean named) {
        List<String> arguments = new ArrayList<>();
        if (named) {
            arguments.add(command.getValue());
        }
        arguments.addAll(command.getArgumentsList());
        return arguments;
    }

    private static Image with(Image image, List<String> arguments) {
        return new Image(image.name(), image.alwaysPull(), arguments, image.dockerConfig());
    }

    private static Optional<Image> image(ContainerInfo container, boolean docker) {
        if (docker) {
            ContainerInfo.DockerInfo info = container.getDocker();
            if (info.getImage().isEmpty()) {
                throw new IllegalArgumentException("container.docker.image='': must be present with type DOCKER");
            }
            return Optional.of(new Image(info.getImage(), info.getForcePullImage(), List.of(), Optional.empty()));
        }
        if (!container.getMesos().hasImage()) {
            return Optional.empty();
        }
        return Optional.of(of("container.mesos.image", container.getMesos().getImage()));
    }

    /** An image of a container of ours, or of a volume. */
    static Image of(String field, io.gatun.mesos.v1.Image image) {
        if (image.getType() != io.gatun.mesos.v1.Image.Type.DOCKER) {
            throw new IllegalArgumentException(field + ".type=" + image.getType() + ": must be DOCKER");
        }
        if (image.getDocker().getName().isEmpty()) {
            throw new IllegalArgumentException(field + ".docker.name='': must be present");
        }
        Optional<String> config = image.getDocker().hasConfig()
                ? Optional.of(value(field + ".docker.config", image.getDocker().getConfig()))
                : Optional.empty();
        return new Image(image.getDocker().getName(), !image.getCached(), List.of(), config);
    }

    /** A secret's value; never printed. */
    static String value(String field, Secret secret) {
        if (secret.getType() != Secret.Type.VALUE || !secret.hasValue()) {
            throw new UnsupportedOperationException(
                    field + ".type=" + secret.getType() + ": must be VALUE: this agent has no secret store");
        }
        return secret.getValue().getData().toStringUtf8();
    }
}
