package io.gatun.marathon.state;

import io.gatun.marathon.app.AppId;

/** What a step of a deployment does to one app. */
public record Action(Type type, AppId app) {
    /** Spelled as in Marathon's JSON. */
    public enum Type {
        /** Nothing by itself; announces an app that the next steps scale up. */
        StartApplication,
        StopApplication,
        ScaleApplication,
        RestartApplication
    }
}
