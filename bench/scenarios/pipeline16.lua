-- 16 requests in one write.
init = function()
    local one = wrk.format("GET")
    local all = {}
    for i = 1, 16 do all[i] = one end
    batch = table.concat(all)
end
request = function() return batch end
