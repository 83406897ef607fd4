--- How much the verbs that begin operative clauses weigh, from 0 to 1: what is
--- decided and asked for says more than what is noted.

local WEIGHTS = {
  [1.0] = [[decides demands authorizes determines establishes adopts resolves proclaims declares
    imposes décide exige autorise établit adopte proclame déclare decide exige autoriza establece
    aprueba proclama declara]],
  [0.9] = [[requests directs instructs approves extends renews condemns prie demande approuve
    proroge condamne solicita pide prorroga condena]],
  [0.7] = [[calls urges recommends appeals endorses confirms engage exhorte recommande exhorta insta
    recomienda]],
  [0.6] = [[invites encourages insists invite encourage invita alienta]],
  [0.4] = [[reaffirms affirms stresses emphasizes underlines recognizes considers deplores supports
    reiterates réaffirme affirme souligne reconnaît reafirma subraya reconoce reitera]],
  [0.3] = [[welcomes commends expresses félicite exprime acoge expresa]],
  [0.2] = [[takes notes recalls thanks congratulates prend note rappelle toma observa recuerda]],
}

-- Of a verb that is not listed.
local OTHER = 0.5

local weight_of = {}
for weight, list in pairs(WEIGHTS) do
  for verb in list:gmatch("%S+") do weight_of[verb] = weight end
end

local verbs = {}

--- The weight of a phrase such as "Strongly condemns": that of its first known
--- word.
function verbs.weight(phrase)
  for word in sheaf.text(phrase):lower():gmatch("%S+") do
    if weight_of[word] then return weight_of[word] end
  end
  return OTHER
end

-- What every resolution says says nothing of this one.
local FORMAL = {
  "remain%s+%a*%s*seized", "provisional%s+agenda", "on%s+its%s+agenda",
  "rester%s+saisi", "ordre%s+du%s+jour%s+provisoire",
  "seguir%s+ocup%S+ndose", "programa%s+provisional",
}

--- True if the clause is a formal one: "Decides to remain seized of the matter".
--- @param clause in lower case
function verbs.is_formal(clause)
  for _, pattern in ipairs(FORMAL) do
    if clause:find(pattern) then return true end
  end
  return false
end

return verbs
