package dev.sluice.consumer;

import dev.sluice.processor.geo.GeoDatabases;
import dev.sluice.processor.useragent.CachedUserAgents;
import dev.sluice.processor.useragent.UserAgents;
import org.springframework.context.SmartLifecycle;

/**
 * Starts what looks up devices and places before the workers that ask, and closes it after them. The rules for user agents
 * are then read while shards are being found: only the first frame may have to wait for them.
 */
final class DeviceAndPlaceLifecycle implements SmartLifecycle {
    private final UserAgents agents;
    private final GeoDatabases places;
    private volatile boolean running;

    DeviceAndPlaceLifecycle(UserAgents agents, GeoDatabases places) {
        this.agents = agents;
        this.places = places;
    }

    @Override
    public void start() {
        if (agents instanceof CachedUserAgents cached) {
            cached.start();
        }
        places.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        places.close();
        if (agents instanceof CachedUserAgents cached) {
            cached.close();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return ConsumerConfiguration.DEVICE_AND_PLACE_PHASE;
    }
}
