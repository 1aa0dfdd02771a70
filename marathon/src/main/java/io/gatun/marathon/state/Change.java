package io.gatun.marathon.state;

import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppSpec;

/** One thing to remember or to forget. Changes are stored before anything that follows from them leaves the process. */
public sealed interface Change {
    /** A new version of an app, now the current one. */
    record SaveApp(AppSpec app) implements Change {}

    /** An app with all its versions. */
    record DeleteApp(AppId id) implements Change {}

    record SaveInstance(Instance instance) implements Change {}

    record DeleteInstance(String id) implements Change {}

    record SaveDeployment(Deployment deployment) implements Change {}

    record DeleteDeployment(String id) implements Change {}

    record SaveFailure(TaskFailure failure) implements Change {}

    record SaveFrameworkId(String id) implements Change {}

    record DeleteFrameworkId() implements Change {}
}
