package io.gatun.marathon.state;

import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.Backoff;
import io.gatun.marathon.app.Timestamp;
import java.util.HashMap;
import java.util.Map;

/** How long each configuration of an app waits before its next launch. It grows with each failure. */
final class LaunchDelays {
    private record Key(AppId app, Timestamp config) {}

    private record Delay(long delayMs, long untilMs) {}

    private final Map<Key, Delay> delays = new HashMap<>();

    private static Key key(AppSpec app) {
        return new Key(app.id(), app.versions().lastConfigChangeAt());
    }

    /** An instance failed. */
    void failed(AppSpec app, long nowMs) {
        Backoff backoff = app.policy().backoff();
        Delay last = delays.get(key(app));
        // A delay that has long passed says that instances hold out: it is forgotten.
        long previousMs = last == null || nowMs > last.untilMs + backoff.maxMs() ? 0 : last.delayMs;
        long nextMs = backoff.next(previousMs);
        delays.put(key(app), new Delay(nextMs, nowMs + nextMs));
    }

    /** Since or until when an app may launch; 0 = always. */
    long untilMs(AppSpec app) {
        Delay delay = delays.get(key(app));
        return delay == null ? 0 : delay.untilMs;
    }

    /** The next launch of any configuration of the app is at once. */
    void reset(AppId app) {
        delays.keySet().removeIf(key -> key.app.equals(app));
    }
}
