package io.gatun.marathon.state;

import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.Timestamp;

/**
 * How the last instance of an app that failed came to its end.
 *
 * @param state the terminal state's name, such as {@code TASK_FAILED}
 * @param version of the app when the instance was launched
 */
public record TaskFailure(
        AppId app,
        String taskId,
        String state,
        String message,
        String host,
        String agentId,
        Timestamp version,
        Timestamp timestamp) {}
