package io.gatun.mesos.resources;

import io.gatun.mesos.codec.CodecException;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The text of {@code --resources}: {@code cpus(role):4;mem:1024;ports:[31000-32000, 40000-40010];set:{a,b}}, or a JSON array
 * of Resource objects.
 */
final class ResourceText {
    private static final String FORM =
            "a resource must read name:value or name(role):value, such as cpus:4, ports:[31000-32000] or set:{a,b}";

    private ResourceText() {}

    static List<Resource> parse(String text) {
        return text.stripLeading().startsWith("[") ? json(text) : plain(text);
    }

    private static List<Resource> json(String text) {
        // An Offer is the handiest message that has `resources`; only those are read from it.
        Offer.Builder holder = Offer.newBuilder()
                .setId(io.gatun.mesos.v1.OfferID.newBuilder().setValue("-"))
                .setFrameworkId(io.gatun.mesos.v1.FrameworkID.newBuilder().setValue("-"))
                .setAgentId(io.gatun.mesos.v1.AgentID.newBuilder().setValue("-"))
                .setHostname("-");
        try {
            MesosJson.merge("{\"resources\":" + text + "}", holder);
        } catch (CodecException e) {
            throw new ResourceException(
                    text, "resources in JSON must be an array of Resource objects: " + e.getMessage());
        }
        return holder.getResourcesList();
    }

    private static List<Resource> plain(String text) {
        List<Resource> resources = new ArrayList<>();
        for (String part : text.split(";", -1)) {
            String one = part.strip();
            if (!one.isEmpty()) {
                resources.add(one(one));
            }
        }
        return resources;
    }

    private static Resource one(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0) {
            throw new ResourceException(text, FORM);
        }
        String key = text.substring(0, colon).strip();
        String value = text.substring(colon + 1).strip();
        Resource.Builder resource = Resource.newBuilder();
        int open = key.indexOf('(');
        if (open >= 0) {
            if (!key.endsWith(")")) {
                throw new ResourceException(text, FORM);
            }
            String role = key.substring(open + 1, key.length() - 1).strip();
            Roles.validate(role);
            if (!role.equals("*")) {
                resource.addReservationsBuilder()
                        .setType(Resource.ReservationInfo.Type.STATIC)
                        .setRole(role);
            }
            key = key.substring(0, open).strip();
        }
        if (key.isEmpty() || value.isEmpty()) {
            throw new ResourceException(text, FORM);
        }
        return value(resource.setName(key), value, text).build();
    }

    private static Resource.Builder value(Resource.Builder resource, String value, String text) {
        if (value.startsWith("[") && value.endsWith("]")) {
            return resource.setType(Value.Type.RANGES).setRanges(ranges(inner(value), text));
        }
        if (value.startsWith("{") && value.endsWith("}")) {
            Value.Set.Builder set = Value.Set.newBuilder();
            for (String item : inner(value).split(",", -1)) {
                if (!item.isBlank()) {
                    set.addItem(item.strip());
                }
            }
            return resource.setType(Value.Type.SET).setSet(set);
        }
        if (!value.matches("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?")) {
            throw new ResourceException(text, FORM);
        }
        return resource.setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(Double.parseDouble(value)));
    }

    private static Value.Ranges ranges(String inner, String text) {
        Value.Ranges.Builder ranges = Value.Ranges.newBuilder();
        for (String part : inner.split(",", -1)) {
            if (part.isBlank()) {
                continue;
            }
            String[] ends = part.split("-", -1);
            try {
                if (ends.length != 2) {
                    throw new NumberFormatException(part);
                }
                ranges.addRange(Value.Range.newBuilder()
                        .setBegin(Long.parseLong(ends[0].strip()))
                        .setEnd(Long.parseLong(ends[1].strip())));
            } catch (NumberFormatException e) {
                throw new ResourceException(
                        text, "a range must read begin-end, such as 31000-32000, not " + part.strip());
            }
        }
        return ranges.build();
    }

    private static String inner(String value) {
        return value.substring(1, value.length() - 1);
    }
}
