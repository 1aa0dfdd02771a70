package io.gatun.isolator.cgroup;

import io.gatun.isolator.Row;
import java.nio.file.Path;

/**
 * What a control file is to say.
 *
 * @param file of the container's cgroup
 * @param key what the value is for in a file with several lines, such as a device; empty where there is one value
 * @param value as the kernel takes it
 * @param normal what a new cgroup says by itself, so that writing it can be spared or lifts a limit
 */
public record Setting(Path file, String key, String value, String normal) {
    /** For a file with one value. */
    public Setting(Path file, String value, String normal) {
        this(file, "", value, normal);
    }

    /** Whether a new cgroup must be told. */
    public boolean isSet() {
        return !value.equals(normal);
    }

    /** The same, lifted. */
    public Setting lifted() {
        return new Setting(file, key, normal, normal);
    }

    /** As a step of a plan. */
    public Row.Write write() {
        return new Row.Write(file, data());
    }

    /** Whether it is about the same thing, whatever the value. */
    public boolean sameAs(Setting other) {
        return file.equals(other.file) && key.equals(other.key);
    }

    /** What is written: one write(2). */
    public String data() {
        return key.isEmpty() ? value : key + " " + value;
    }
}
