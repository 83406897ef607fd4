--- The words around a citation that say what is cited. All in lower case.

local words = {}

-- The organs, by the beginning of their acts' symbols. False stands for one
-- whose acts have no symbol, "council" and "commission" for the last named.
words.organs = {
  ["general assembly"] = "A",
  ["assembly"] = "A",
  ["security council"] = "S",
  ["economic and social council"] = "E",
  ["human rights council"] = "A/HRC",
  ["commission on human rights"] = "E/CN.4",
  ["council"] = "council",
  ["commission"] = "commission",
  ["world health assembly"] = false,
  ["parliamentary assembly"] = false,
  ["national assembly"] = false,
  ["trusteeship council"] = "T",
  ["governing council"] = false,
  ["european council"] = false,
  ["commission des droits de l'homme"] = "E/CN.4",
  ["commission des droits de l’homme"] = "E/CN.4",
  ["comisión de derechos humanos"] = "E/CN.4",
  ["assemblée générale"] = "A",
  ["conseil de sécurité"] = "S",
  ["conseil économique et social"] = "E",
  ["conseil des droits de l'homme"] = "A/HRC",
  ["conseil des droits de l’homme"] = "A/HRC",
  ["asamblea general"] = "A",
  ["consejo de seguridad"] = "S",
  ["consejo económico y social"] = "E",
  ["consejo de derechos humanos"] = "A/HRC",
  ["генеральная ассамблея"] = "A",
  ["генеральной ассамблеи"] = "A",
  ["совет безопасности"] = "S",
  ["совета безопасности"] = "S",
  ["экономического и социального совета"] = "E",
  ["совета по правам человека"] = "A/HRC",
}

-- A word that begins so announces numbers of acts.
words.cues = {
  resolution = "resolution", resolutions = "resolution", res = "resolution",
  decision = "decision", decisions = "decision",
  ["résolution"] = "resolution", ["résolutions"] = "resolution",
  ["décision"] = "decision", ["décisions"] = "decision",
  ["resolución"] = "resolution", resoluciones = "resolution",
  ["decisión"] = "decision", decisiones = "decision",
  ["резолюция"] = "resolution", ["резолюции"] = "resolution", ["резолюций"] = "resolution",
  ["резолюцию"] = "resolution", ["резолюцией"] = "resolution", ["резолюциях"] = "resolution",
  ["резолюциями"] = "resolution", ["резолюциям"] = "resolution",
  ["решение"] = "decision", ["решения"] = "decision", ["решений"] = "decision",
  ["решением"] = "decision", ["решении"] = "decision",
  ["القرار"] = "resolution", ["قرار"] = "resolution", ["قرارات"] = "resolution",
  ["القرارات"] = "resolution", ["قرارها"] = "resolution", ["قراراتها"] = "resolution",
  ["المقرر"] = "decision", ["مقررها"] = "decision", ["مقرر"] = "decision",
  ["决议"] = "resolution", ["决定"] = "decision",
  ["第"] = "resolution",
}

local function set(list)
  local members = {}
  for word in list:gmatch("%S+") do members[word] = true end
  return members
end

-- Before "resolution", these name a body that is not known here.
words.bodies = set [[conference committee board organization union authority agency tribunal
  parties parliament subcommission sub-commission congress bank ministers summit league states]]

-- What stands behind one of these is no number of an act.
words.blockers = set [[paragraph paragraphs para paras article articles art rule rules section
  sections sect chapter chapters chap chaps principle principles page pages pp p no nos item items
  conclusion conclusions vote votes table tables annex annexes appendix regulation regulations part
  parts a an per least convention conventions comment comments recommendation recommendations goal
  target schedule protocol figure]]

-- What stands behind one of these is a year or two: "in 1998/99".
words.before_years = set [[in during year years biennium season period for]]

-- Between an organ and its cue there is no more than these.
words.attaching = set [[in its by of s the relevant previous earlier recent all other draft and both
  subsequent]]

-- Between the numbers of a list there is no more than these.
words.links = set [[and or to as well also both of its in by the no nos et ou à y e o и]]

-- Of the acts named before it, these single out some.
words.singling = set [[particular including namely especially notably alia particulier notamment
  especial incluida incluidas]]

-- Between a cue and a number that has no date there is no more than these.
words.leads = set [[and of its in by the no nos particular including namely especially notably
  inter alia most recent recently latest de la el du]]

return words
