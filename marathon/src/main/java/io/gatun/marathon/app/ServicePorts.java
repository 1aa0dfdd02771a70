package io.gatun.marathon.app;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Gives each port definition that asks for any port a service port that no other app has: the address under which load
 * balancers in front of a cluster publish it. An app keeps its service ports through updates.
 */
public final class ServicePorts {
    private ServicePorts() {}

    /**
     * The app with service ports for its zeros. An app that requires its ports is left alone: for it, zero asks for any
     * host port, and a number would demand that very one.
     *
     * @param others all other apps, and the app's own previous version for ports to keep
     * @param min first port to give, inclusive
     * @param max last port to give, inclusive
     * @throws InvalidAppException when all are taken
     */
    public static AppSpec assign(AppSpec app, Collection<AppSpec> others, int min, int max) {
        List<PortDefinition> wanted = app.ports().definitions();
        if (app.ports().required() || wanted.stream().noneMatch(definition -> definition.port() == 0)) {
            return app;
        }
        Set<Integer> taken = new HashSet<>();
        List<Integer> own = new ArrayList<>();
        for (AppSpec other : others) {
            for (PortDefinition definition : other.ports().definitions()) {
                (other.id().equals(app.id()) ? own : taken).add(definition.port());
            }
        }
        wanted.forEach(definition -> taken.add(definition.port()));
        own.removeIf(port -> port == 0 || taken.contains(port));
        taken.addAll(own);
        Iterator<Integer> kept = own.iterator();
        List<PortDefinition> assigned = new ArrayList<>();
        int candidate = min;
        for (PortDefinition definition : wanted) {
            if (definition.port() != 0) {
                assigned.add(definition);
            } else if (kept.hasNext()) {
                assigned.add(definition.withPort(kept.next()));
            } else {
                while (candidate <= max && taken.contains(candidate)) {
                    candidate++;
                }
                if (candidate > max) {
                    throw new InvalidAppException(
                            "/portDefinitions", "no service port is free between " + min + " and " + max);
                }
                taken.add(candidate);
                assigned.add(definition.withPort(candidate));
            }
        }
        return app.withPorts(new Ports(assigned, false, app.ports().networks()));
    }
}
